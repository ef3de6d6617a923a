import type { KubernetesObject } from "../../common/kubernetes/objects.ts";
import { namingFieldOf } from "../references/namedFields.ts";
import { claimTemplates, podSpecPath, templateLabels } from "../rules/podTemplate.ts";
import type { ManifestDocument } from "../source/manifestDocument.ts";
import type { ManifestObject } from "../source/manifestObject.ts";
import type { Scene } from "../workspace/scene.ts";
import type { Completion } from "./completionsAt.ts";

/** Names that the field at `path` may refer to, from the manifests and the cluster; with a word on each that helps to choose. */
export function referencesFor(
  document: ManifestDocument,
  _kind: string,
  path: readonly string[],
  scene: Scene,
): readonly Completion[] {
  const text = path.join(".");
  const [own] = document.objects;
  if (text.endsWith("volumeMounts.name")) {
    return own ? volumesOf(own) : [];
  }
  const target = namingFieldOf(path);
  return target ? namesOf(target.apiVersion, target.kind, own, scene) : [];
}

function volumesOf(object: ManifestObject): readonly Completion[] {
  const volumes = object
    .items([...podSpecPath(object), "volumes"])
    .map((path) => ({ name: object.text([...path, "name"]) ?? "", detail: "volume" }));
  const claims = claimTemplates(object).map(({ name }) => ({ name, detail: "volumeClaimTemplate" }));
  return [...claims, ...volumes]
    .filter(({ name }) => name !== "")
    .map(({ name, detail }) => reference(name, detail));
}

function namesOf(
  apiVersion: string,
  kind: string,
  own: ManifestObject | undefined,
  scene: Scene,
): readonly Completion[] {
  const manifests = scene.objects.filter(
    (object) => object.kind === kind && object.isBuiltIn && object.name !== "",
  );
  const live = scene.live?.list(apiVersion, kind, kind === "StorageClass" ? undefined : own?.namespace) ?? [];
  const found = new Map<string, string>();
  for (const object of live) {
    found.set(object.metadata?.name ?? "", detailOf(kind, object));
  }
  for (const object of manifests) {
    found.set(object.name, detailOfManifest(kind, object, own));
  }
  found.delete("");
  return [...found].map(([name, detail]) => reference(name, detail));
}

function detailOf(kind: string, object: KubernetesObject): string {
  const fields = object as {
    readonly volumeBindingMode?: string;
    readonly spec?: { readonly clusterIP?: string };
  };
  switch (kind) {
    case "StorageClass":
      return fields.volumeBindingMode ?? "";
    case "Service":
      return fields.spec?.clusterIP === "None" ? "headless" : "cluster IP";
    default:
      return kind;
  }
}

function detailOfManifest(kind: string, object: ManifestObject, own: ManifestObject | undefined): string {
  if (kind !== "Service") {
    return kind === "StorageClass" ? (object.text(["volumeBindingMode"]) ?? "") : kind;
  }
  const headless = object.text(["spec", "clusterIP"]) === "None" ? "headless" : "cluster IP";
  const labels = own ? templateLabels(own) : {};
  const fits = Object.entries(object.texts(["spec", "selector"])).every(
    ([key, value]) => labels[key] === value,
  );
  return fits ? headless : `${headless}, ≠ selector`;
}

function reference(name: string, detail: string): Completion {
  return { label: name, text: name, detail, documentation: "", kind: "reference" };
}
