import type { IDaemonSet } from "kubernetes-models/apps/v1/DaemonSet";
import { jsonEqual } from "../../../common/kubernetes/jsonValues.ts";
import type { Json } from "../../../common/kubernetes/objects.ts";
import { daemonSets } from "../../api/resources.ts";
import { ageColumn, nameColumn, selectorText, templateColumns } from "./columns.ts";
import type { Column, ResourceDefinition } from "./definition.ts";
import { numberColumn, statusSubresource, textColumn } from "./plain.ts";

const generationAnnotation = "deprecated.daemonset.template.generation";

type Count =
  | "desiredNumberScheduled"
  | "currentNumberScheduled"
  | "numberReady"
  | "updatedNumberScheduled"
  | "numberAvailable";

function countColumn(name: string, count: Count): Column<IDaemonSet> {
  return numberColumn<IDaemonSet>(name, ["DaemonSetStatus", count], ({ status }) => status?.[count] ?? 0);
}

/** apps/v1 DaemonSet (pkg/registry/apps/daemonset). */
export const daemonSetDefinition: ResourceDefinition<IDaemonSet> = {
  resource: daemonSets,
  singularName: "daemonset",
  shortNames: ["ds"],
  categories: ["all"],
  subresources: [statusSubresource],
  hasStatus: true,
  generationOf: (set) => set.spec,
  columns: [
    nameColumn,
    countColumn("Desired", "desiredNumberScheduled"),
    countColumn("Current", "currentNumberScheduled"),
    countColumn("Ready", "numberReady"),
    countColumn("Up-to-date", "updatedNumberScheduled"),
    countColumn("Available", "numberAvailable"),
    textColumn<IDaemonSet>("Node Selector", ["PodSpec", "nodeSelector"], nodeSelectorText),
    ageColumn,
    ...templateColumns<IDaemonSet>((set) => set.spec?.template.spec?.containers ?? []),
    textColumn<IDaemonSet>(
      "Selector",
      ["DaemonSetSpec", "selector"],
      (set) => selectorText(set.spec?.selector),
      1,
    ),
  ],
  prepareForCreate: (set) => {
    setGeneration(set, Math.max(1, generationOf(set)));
    set.status = {
      currentNumberScheduled: 0,
      numberMisscheduled: 0,
      desiredNumberScheduled: 0,
      numberReady: 0,
    };
  },
  prepareForUpdate: (updated, old) => {
    const isSame = jsonEqual(asJson(updated.spec?.template), asJson(old.spec?.template));
    setGeneration(updated, generationOf(old) + (isSame ? 0 : 1));
  },
};

/** The number of the template: nobody's to set, kept where the first API version's clients look for it. */
function generationOf({ metadata }: IDaemonSet): number {
  const text = metadata?.annotations?.[generationAnnotation] ?? "";
  return /^[0-9]+$/.test(text) ? Number(text) : 0;
}

function setGeneration(set: IDaemonSet, generation: number): void {
  const annotations = { ...set.metadata?.annotations, [generationAnnotation]: String(generation) };
  set.metadata = { ...set.metadata, annotations };
}

function asJson(value: object | undefined): Json {
  return (value ?? null) as Json;
}

function nodeSelectorText({ spec }: IDaemonSet): string {
  const pairs = Object.entries(spec?.template.spec?.nodeSelector ?? {});
  return (
    pairs
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join(",") || "<none>"
  );
}
