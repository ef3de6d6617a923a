import { objectIn, objectsIn } from "../defaults/fill.ts";
import type { Json, JsonObject } from "../objects.ts";
import type { Resource } from "../resource.ts";
import { dnsLabelProblems, qualifiedNameProblems } from "./formats.ts";
import { validateLabels } from "./labels.ts";
import type { Problems } from "./problems.ts";
import { immutable, mapOf, nonNegative, numberOf, textOf, textsOf } from "./values.ts";

const mostAnnotationBytes = 256 * 1024;

export type NameProblems = (name: string) => string[];

export function validateAnnotations(problems: Problems, path: string, annotations: Json | undefined): void {
  let size = 0;
  for (const [key, value] of Object.entries(mapOf(annotations))) {
    problems.invalidAll(path, key, qualifiedNameProblems(key.toLowerCase()));
    size += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (size > mostAnnotationBytes) {
    problems.tooLong(path, mostAnnotationBytes);
  }
}

function validateOwner(problems: Problems, path: string, owner: JsonObject): void {
  const apiVersion = textOf(owner.apiVersion);
  if (apiVersion === "" || apiVersion.endsWith("/")) {
    problems.invalid(`${path}.apiVersion`, apiVersion, "version must not be empty");
  }
  for (const key of ["kind", "name", "uid"]) {
    if (textOf(owner[key]) === "") {
      problems.invalid(`${path}.${key}`, textOf(owner[key]), "must not be empty");
    }
  }
  if (apiVersion === "v1" && owner.kind === "Event") {
    problems.invalid(path, owner, "/v1, Kind=Event is disallowed from being an owner");
  }
}

function validateOwners(problems: Problems, path: string, owners: readonly JsonObject[]): void {
  let controller = "";
  for (const owner of owners) {
    validateOwner(problems, path, owner);
    if (owner.controller === true) {
      const name = `${textOf(owner.kind)}/${textOf(owner.name)}`;
      if (controller !== "") {
        const found = `Found "true" in references for ${controller} and ${name}`;
        problems.invalid(path, [...owners], `Only one reference can have Controller set to true. ${found}`);
      } else {
        controller = name;
      }
    }
  }
}

function validateFinalizers(problems: Problems, path: string, finalizers: readonly string[]): void {
  for (const finalizer of finalizers) {
    problems.invalidAll(path, finalizer, qualifiedNameProblems(finalizer));
  }
  if (finalizers.includes("orphan") && finalizers.includes("foregroundDeletion")) {
    const message = "finalizer orphan and foregroundDeletion cannot be both set";
    problems.invalid(path, [...finalizers], message);
  }
}

function validateCommon(problems: Problems, metadata: JsonObject): void {
  validateLabels(problems, "metadata.labels", metadata.labels);
  validateAnnotations(problems, "metadata.annotations", metadata.annotations);
  validateOwners(problems, "metadata.ownerReferences", objectsIn(metadata, "ownerReferences"));
}

/** Validates the metadata of an object that is created; its name was generated before. */
export function validateObjectMeta(
  problems: Problems,
  resource: Resource,
  object: JsonObject,
  nameProblems: NameProblems,
): void {
  const metadata = objectIn(object, "metadata") ?? {};
  const generateName = textOf(metadata.generateName);
  if (generateName !== "") {
    const prefix = generateName.endsWith("-") ? `${generateName.slice(0, -2)}a` : generateName;
    problems.invalidAll("metadata.generateName", generateName, nameProblems(prefix));
  }
  const name = textOf(metadata.name);
  if (name === "") {
    problems.required("metadata.name", "name or generateName is required");
  } else {
    problems.invalidAll("metadata.name", name, nameProblems(name));
  }
  validateNamespace(problems, resource, textOf(metadata.namespace));
  nonNegative(problems, "metadata.generation", metadata.generation);
  validateCommon(problems, metadata);
  validateFinalizers(problems, "metadata.finalizers", textsOf(metadata.finalizers));
}

function validateNamespace(problems: Problems, resource: Resource, namespace: string): void {
  if (!resource.namespaced) {
    if (namespace !== "") {
      problems.forbidden("metadata.namespace", "not allowed on this type");
    }
  } else if (namespace === "") {
    problems.required("metadata.namespace");
  } else {
    problems.invalidAll("metadata.namespace", namespace, dnsLabelProblems(namespace));
  }
}

const fixedFields = [
  "name",
  "namespace",
  "uid",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
];

/** Validates the metadata of an object that is changed. */
export function validateObjectMetaUpdate(problems: Problems, object: JsonObject, old: JsonObject): void {
  const metadata = objectIn(object, "metadata") ?? {};
  const before = objectIn(old, "metadata") ?? {};
  if (before.deletionTimestamp) {
    const known = textsOf(before.finalizers);
    const added = textsOf(metadata.finalizers).filter((finalizer) => !known.includes(finalizer));
    if (added.length > 0) {
      const list = added.sort().map((finalizer) => JSON.stringify(finalizer));
      const message = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list.join(", ")}}`;
      problems.forbidden("metadata.finalizers", message);
    }
  }
  if (numberOf(metadata.generation) < numberOf(before.generation)) {
    problems.invalid("metadata.generation", metadata.generation, "must not be decremented");
  }
  for (const field of fixedFields) {
    immutable(problems, `metadata.${field}`, metadata[field], before[field]);
  }
  validateCommon(problems, metadata);
}
