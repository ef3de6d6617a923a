import { objectIn, objectsIn } from "../defaults/fill.ts";
import { jsonEqual } from "../jsonValues.ts";
import type { JsonObject } from "../objects.ts";
import { compareQuantities } from "../quantity.ts";
import { validateAccessModes, volumeModes } from "./claims.ts";
import { dnsSubdomainProblems } from "./formats.ts";
import { immutableSpecDiff } from "./immutableSpec.ts";
import { validateNodeTerm } from "./podSpec/scheduling.ts";
import type { Problems } from "./problems.ts";
import { immutable, mapOf, textOf, textsOf } from "./values.ts";

const reclaimPolicies = ["Delete", "Recycle", "Retain"];

const volumeSources = [
  "gcePersistentDisk",
  "awsElasticBlockStore",
  "hostPath",
  "glusterfs",
  "nfs",
  "rbd",
  "iscsi",
  "cinder",
  "cephfs",
  "fc",
  "flocker",
  "flexVolume",
  "azureFile",
  "vsphereVolume",
  "quobyte",
  "azureDisk",
  "photonPersistentDisk",
  "portworxVolume",
  "scaleIO",
  "local",
  "storageos",
  "csi",
];

function validateCapacity(problems: Problems, spec: JsonObject): void {
  const capacity = mapOf(spec.capacity);
  const names = Object.keys(capacity);
  if (names.length === 0) {
    problems.required("spec.capacity");
  }
  if (names.length !== 1 || names[0] !== "storage") {
    problems.notSupported("spec.capacity", spec.capacity, ["storage"]);
  }
  for (const [name, amount] of Object.entries(capacity)) {
    if (compareQuantities(amount, "0") <= 0) {
      problems.invalid(`spec.capacity[${name}]`, amount, "must be greater than zero");
    }
  }
}

function validateSource(problems: Problems, spec: JsonObject): void {
  const sources = volumeSources.filter((name) => spec[name] !== undefined);
  for (const extra of sources.slice(1)) {
    problems.forbidden(`spec.${extra}`, "may not specify more than 1 volume type");
  }
  if (sources.length === 0) {
    problems.required("spec", "must specify a volume type");
  }
  const hostPath = objectIn(spec, "hostPath");
  if (hostPath && textOf(hostPath.path) === "") {
    problems.required("spec.hostPath.path");
  }
  const local = objectIn(spec, "local");
  if (local && textOf(local.path) === "") {
    problems.required("spec.local.path");
  }
  if (local && !objectIn(objectIn(spec, "nodeAffinity"), "required")) {
    problems.required("spec.nodeAffinity", "Local volume requires node affinity");
  }
}

/** ValidatePersistentVolume of pkg/apis/core/validation. */
export function validateVolume(problems: Problems, volume: JsonObject): void {
  const spec = objectIn(volume, "spec") ?? {};
  validateAccessModes(problems, "spec.accessModes", textsOf(spec.accessModes), "");
  validateCapacity(problems, spec);
  const policy = textOf(spec.persistentVolumeReclaimPolicy);
  if (policy !== "" && !reclaimPolicies.includes(policy)) {
    problems.notSupported("spec.persistentVolumeReclaimPolicy", policy, reclaimPolicies);
  }
  const required = objectIn(objectIn(spec, "nodeAffinity"), "required");
  for (const [index, term] of objectsIn(required, "nodeSelectorTerms").entries()) {
    validateNodeTerm(problems, `spec.nodeAffinity.required.nodeSelectorTerms[${index}]`, term);
  }
  validateSource(problems, spec);
  const storageClass = textOf(spec.storageClassName);
  if (storageClass !== "") {
    problems.invalidAll("spec.storageClassName", storageClass, dnsSubdomainProblems(storageClass));
  }
  if (spec.volumeMode !== undefined && !volumeModes.includes(textOf(spec.volumeMode))) {
    problems.notSupported("spec.volumeMode", spec.volumeMode, volumeModes);
  }
}

export function validateVolumeUpdate(problems: Problems, volume: JsonObject, old: JsonObject): void {
  validateVolume(problems, volume);
  const sourceOf = (object: JsonObject) => {
    const spec = objectIn(object, "spec") ?? {};
    const sources = volumeSources.filter((name) => spec[name] !== undefined);
    return Object.fromEntries(sources.map((name) => [name, spec[name] ?? null]));
  };
  const [before, after] = [sourceOf(old), sourceOf(volume)];
  if (!jsonEqual(before, after)) {
    const difference = immutableSpecDiff("core.PersistentVolumeSource", before, after) ?? "";
    const rule = "spec.persistentvolumesource is immutable after creation";
    problems.forbidden("spec.persistentvolumesource", `${rule}\n${difference}`);
  }
  const mode = (object: JsonObject) => objectIn(object, "spec")?.volumeMode;
  immutable(problems, "volumeMode", mode(volume), mode(old));
}

const bindingModes = ["Immediate", "WaitForFirstConsumer"];

/** ValidateStorageClass of pkg/apis/storage/validation. */
export function validateStorageClass(problems: Problems, storageClass: JsonObject): void {
  const provisioner = textOf(storageClass.provisioner);
  if (provisioner === "") {
    problems.required("provisioner");
  } else if (!/^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9](\/[-A-Za-z0-9_.]+)?$/.test(provisioner)) {
    const message =
      "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
      "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    problems.invalid("provisioner", provisioner, message);
  }
  for (const key of Object.keys(mapOf(storageClass.parameters))) {
    if (key === "") {
      problems.invalid("parameters", "", "field can not be empty.");
    }
  }
  const policy = storageClass.reclaimPolicy;
  if (policy !== undefined && !["Delete", "Retain"].includes(textOf(policy))) {
    problems.notSupported("reclaimPolicy", policy, ["Delete", "Retain"]);
  }
  const mode = textOf(storageClass.volumeBindingMode);
  if (mode === "") {
    problems.required("volumeBindingMode");
  } else if (!bindingModes.includes(mode)) {
    problems.notSupported("volumeBindingMode", mode, bindingModes);
  }
}

export function validateStorageClassUpdate(problems: Problems, object: JsonObject, old: JsonObject): void {
  validateStorageClass(problems, object);
  if (!jsonEqual(object.parameters ?? {}, old.parameters ?? {})) {
    problems.forbidden("parameters", "updates to parameters are forbidden.");
  }
  if (object.provisioner !== old.provisioner) {
    problems.forbidden("provisioner", "updates to provisioner are forbidden.");
  }
  if (object.reclaimPolicy !== old.reclaimPolicy) {
    problems.forbidden("reclaimPolicy", "updates to reclaimPolicy are forbidden.");
  }
  immutable(problems, "volumeBindingMode", object.volumeBindingMode, old.volumeBindingMode);
}
