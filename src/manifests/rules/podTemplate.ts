import type { JsonObject } from "../../common/kubernetes/objects.ts";
import type { FieldPath } from "../source/fieldPath.ts";
import type { ManifestObject } from "../source/manifestObject.ts";

/** Kinds that keep Pods running from a template. */
export const workloadKinds = ["StatefulSet", "Deployment", "DaemonSet", "ReplicaSet"] as const;

/** Where the Pods' spec lies in an object of any kind that has one. */
export function podSpecPath(object: ManifestObject): FieldPath {
  switch (object.kind) {
    case "Pod":
      return ["spec"];
    case "CronJob":
      return ["spec", "jobTemplate", "spec", "template", "spec"];
    default:
      return ["spec", "template", "spec"];
  }
}

/** The labels that the Pods get. */
export function templateLabels(object: ManifestObject): Readonly<Record<string, string>> {
  return object.texts(["spec", "template", "metadata", "labels"]);
}

/** The paths of the containers that run all the time. */
export function containerPaths(object: ManifestObject): readonly FieldPath[] {
  return object.items([...podSpecPath(object), "containers"]);
}

/** The paths of all containers, the init containers first. */
export function allContainerPaths(object: ManifestObject): readonly FieldPath[] {
  return [...object.items([...podSpecPath(object), "initContainers"]), ...containerPaths(object)];
}

/** How many Pods are wanted: 1 where the manifest does not say. */
export function replicasOf(object: ManifestObject): number {
  return object.number(["spec", "replicas"]) ?? 1;
}

/** Whether an equality selector picks Pods with these labels; an empty one picks none. */
export function selects(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

/** The claims that a StatefulSet makes for each Pod. */
export function claimTemplates(
  object: ManifestObject,
): readonly { readonly name: string; readonly path: FieldPath }[] {
  return object.items(["spec", "volumeClaimTemplates"]).map((path) => ({
    name: object.text([...path, "metadata", "name"]) ?? "",
    path,
  }));
}

/** An image reference in its parts; `tag` is undefined where none is written. */
export function parseImage(image: string): {
  readonly repository: string;
  /** The last part of the repository: "postgres". */
  readonly name: string;
  readonly tag: string | undefined;
  readonly hasDigest: boolean;
} {
  const [reference = "", digest] = image.split("@");
  const slash = reference.lastIndexOf("/");
  const colon = reference.indexOf(":", slash + 1);
  const repository = colon < 0 ? reference : reference.slice(0, colon);
  return {
    repository,
    name: repository.slice(repository.lastIndexOf("/") + 1),
    tag: colon < 0 ? undefined : reference.slice(colon + 1),
    hasDigest: digest !== undefined,
  };
}

/** The command of an exec probe or hook as one text: arguments joined by blanks. */
export function commandText(action: JsonObject | undefined): string {
  const exec = action?.exec;
  const command =
    typeof exec === "object" && exec !== null && !Array.isArray(exec) ? exec.command : undefined;
  return Array.isArray(command) ? command.join(" ") : "";
}
