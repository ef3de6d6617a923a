import { objectIn } from "../defaults/fill.ts";
import type { JsonObject } from "../objects.ts";
import { compareQuantities } from "../quantity.ts";
import { dnsSubdomainProblems } from "./formats.ts";
import { immutableSpecDiff } from "./immutableSpec.ts";
import { validateLabelSelector } from "./labels.ts";
import type { Problems } from "./problems.ts";
import { immutable, mapOf, textOf, textsOf } from "./values.ts";

const accessModes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
export const volumeModes = ["Block", "Filesystem"];

/** Access modes of a claim or a volume. */
export function validateAccessModes(
  problems: Problems,
  path: string,
  modes: readonly string[],
  requirement: string,
): void {
  if (modes.length === 0) {
    problems.required(path, requirement);
  }
  for (const mode of modes.filter((name) => !accessModes.includes(name))) {
    problems.notSupported(path, mode, accessModes);
  }
  const others = modes.some((mode) => mode !== "ReadWriteOncePod" && accessModes.includes(mode));
  if (modes.includes("ReadWriteOncePod") && others) {
    problems.forbidden(path, "may not use ReadWriteOncePod with other access modes");
  }
}

/** The spec of a claim, or of a claim template (ValidatePersistentVolumeClaimSpec). */
export function validateClaimSpec(problems: Problems, path: string, spec: JsonObject): void {
  const modes = textsOf(spec.accessModes);
  if (modes.length === 0) {
    problems.required(`${path}.accessModes`, "at least 1 access mode is required");
  }
  const selector = objectIn(spec, "selector");
  if (selector) {
    validateLabelSelector(problems, `${path}.selector`, selector);
  }
  if (modes.length > 0) {
    validateAccessModes(problems, `${path}.accessModes`, modes, "");
  }
  const storage = mapOf(objectIn(spec, "resources")?.requests).storage;
  if (storage === undefined) {
    problems.required(`${path}.resources[storage]`);
  } else if (compareQuantities(storage, "0") <= 0) {
    problems.invalid(`${path}.resources[storage]`, storage, "must be greater than zero");
  }
  const storageClass = textOf(spec.storageClassName);
  if (storageClass !== "") {
    problems.invalidAll(`${path}.storageClassName`, storageClass, dnsSubdomainProblems(storageClass));
  }
  if (spec.volumeMode !== undefined && !volumeModes.includes(textOf(spec.volumeMode))) {
    problems.notSupported(`${path}.volumeMode`, spec.volumeMode, volumeModes);
  }
}

export function validateClaim(problems: Problems, claim: JsonObject): void {
  validateClaimSpec(problems, "spec", objectIn(claim, "spec") ?? {});
}

const betaClassAnnotation = "volume.beta.kubernetes.io/storage-class";

function storageOf(resources: JsonObject | undefined): string | undefined {
  return mapOf(resources?.requests).storage;
}

/** The new spec with what a claim may change set back to what it was. */
function withoutAllowedChanges(
  claim: JsonObject,
  old: JsonObject,
): { before: JsonObject; after: JsonObject } {
  const spec = objectIn(claim, "spec") ?? {};
  const before = objectIn(old, "spec") ?? {};
  const after: JsonObject = structuredClone(spec);
  const reference = structuredClone(before);
  if (!before.volumeName && spec.volumeName) {
    reference.volumeName = spec.volumeName;
  }
  const hadClass =
    before.storageClassName !== undefined ||
    betaClassAnnotation in mapOf(objectIn(old, "metadata")?.annotations);
  if (!hadClass) {
    delete after.storageClassName;
  }
  if (objectIn(claim, "status")?.phase === "Bound") {
    const requests = mapOf(objectIn(after, "resources")?.requests);
    const storage = storageOf(objectIn(before, "resources"));
    if (storage !== undefined && objectIn(after, "resources")?.requests) {
      requests.storage = storage;
    }
    delete after.volumeAttributesClassName;
    delete reference.volumeAttributesClassName;
  }
  return { before: reference, after };
}

export function validateClaimUpdate(problems: Problems, claim: JsonObject, old: JsonObject): void {
  validateClaim(problems, claim);
  const { before, after } = withoutAllowedChanges(claim, old);
  const difference = immutableSpecDiff("core.PersistentVolumeClaimSpec", before, after);
  if (difference !== undefined) {
    const rule =
      "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
    problems.forbidden("spec", `${rule}\n${difference}`);
  }
  validateSize(problems, claim, old);
  immutable(problems, "volumeMode", objectIn(claim, "spec")?.volumeMode, objectIn(old, "spec")?.volumeMode);
}

function validateSize(problems: Problems, claim: JsonObject, old: JsonObject): void {
  const size = storageOf(objectIn(objectIn(claim, "spec"), "resources")) ?? "0";
  const before = storageOf(objectIn(objectIn(old, "spec"), "resources")) ?? "0";
  const actual = mapOf(objectIn(old, "status")?.capacity).storage ?? "0";
  if (compareQuantities(size, before) < 0 && compareQuantities(size, actual) <= 0) {
    problems.forbidden("spec.resources.requests.storage", "field can not be less than status.capacity");
  }
}
