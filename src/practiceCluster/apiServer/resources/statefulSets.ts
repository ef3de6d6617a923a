import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import { statefulSets } from "../../api/resources.ts";
import { ageColumn, nameColumn, selectorText, templateColumns } from "./columns.ts";
import type { ResourceDefinition } from "./definition.ts";
import { scaleSubresource, statusSubresource, textColumn } from "./plain.ts";

/** apps/v1 StatefulSet (pkg/registry/apps/statefulset). */
export const statefulSetDefinition: ResourceDefinition<IStatefulSet> = {
  resource: statefulSets,
  singularName: "statefulset",
  shortNames: ["sts"],
  categories: ["all"],
  subresources: [scaleSubresource, statusSubresource],
  hasStatus: true,
  generationOf: (set) => set.spec,
  scale: {
    replicas: (set) => set.spec?.replicas ?? 0,
    statusReplicas: (set) => set.status?.replicas ?? 0,
    selector: (set) => selectorText(set.spec?.selector),
    setReplicas: (set, replicas) => ({ ...set, spec: { ...requireSpec(set), replicas } }),
  },
  columns: [
    nameColumn,
    textColumn<IStatefulSet>(
      "Ready",
      "Number of the pod with ready state",
      (set) => `${set.status?.readyReplicas ?? 0}/${set.spec?.replicas ?? 0}`,
    ),
    ageColumn,
    ...templateColumns<IStatefulSet>((set) => set.spec?.template?.spec?.containers ?? []),
  ],
  prepareForCreate: (set) => {
    // the API server writes a status with zero replicas at creation
    set.status = { replicas: 0, availableReplicas: 0 };
  },
};

function requireSpec(set: IStatefulSet): NonNullable<IStatefulSet["spec"]> {
  return set.spec ?? { selector: {}, template: {}, serviceName: "" };
}
