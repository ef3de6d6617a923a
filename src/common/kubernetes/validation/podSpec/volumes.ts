import { objectIn, objectsIn } from "../../defaults/fill.ts";
import type { Json, JsonObject } from "../../objects.ts";
import { validateClaimSpec } from "../claims.ts";
import { dnsLabelProblems } from "../formats.ts";
import type { Problems } from "../problems.ts";
import { isNegativeQuantity, numberOf, textOf } from "../values.ts";
import { validateFieldReference, validateResourceReference } from "./environment.ts";

const fileModeMessage = "must be a number between 0 and 0777 (octal), both inclusive";
const downwardFieldPaths = [
  "metadata.annotations",
  "metadata.labels",
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
];

function requireText(problems: Problems, path: string, value: Json | undefined): void {
  if (textOf(value) === "") {
    problems.required(path);
  }
}

function validateMode(problems: Problems, path: string, mode: Json | undefined): void {
  if (mode !== undefined && mode !== null && (numberOf(mode) > 0o777 || numberOf(mode) < 0)) {
    problems.invalid(path, mode, fileModeMessage);
  }
}

/** A path inside a volume: relative, and never up. */
export function validateLocalPath(problems: Problems, path: string, value: string): void {
  if (value.startsWith("/")) {
    problems.invalid(path, value, "must be a relative path");
  }
  if (value.split("/").includes("..")) {
    problems.invalid(path, value, "must not contain '..'");
  }
}

function validateReservedPath(problems: Problems, path: string, value: string): void {
  validateLocalPath(problems, path, value);
  if (value.startsWith("..") && !value.startsWith("../")) {
    problems.invalid(path, value, "must not start with '..'");
  }
}

function validateItems(problems: Problems, path: string, source: JsonObject): void {
  for (const [index, item] of objectsIn(source, "items").entries()) {
    const at = `${path}.items[${index}]`;
    requireText(problems, `${at}.key`, item.key);
    requireText(problems, `${at}.path`, item.path);
    validateReservedPath(problems, `${at}.path`, textOf(item.path));
    validateMode(problems, `${at}.mode`, item.mode);
  }
}

function validateDownwardItems(problems: Problems, path: string, source: JsonObject): void {
  for (const item of objectsIn(source, "items")) {
    requireText(problems, `${path}.path`, item.path);
    validateReservedPath(problems, `${path}.path`, textOf(item.path));
    const field = objectIn(item, "fieldRef");
    const resource = objectIn(item, "resourceFieldRef");
    if (field) {
      validateFieldReference(problems, `${path}.fieldRef`, field, downwardFieldPaths);
    } else if (resource) {
      validateResourceReference(problems, `${path}.resourceFieldRef`, resource);
    } else {
      problems.required(path, "one of fieldRef and resourceFieldRef is required");
    }
    validateMode(problems, `${path}.mode`, item.mode);
  }
}

function validateProjected(problems: Problems, path: string, projected: JsonObject): void {
  validateMode(problems, `${path}.defaultMode`, projected.defaultMode);
  for (const [index, source] of objectsIn(projected, "sources").entries()) {
    const at = `${path}.sources[${index}]`;
    for (const kind of ["secret", "configMap"]) {
      const named = objectIn(source, kind);
      if (named) {
        requireText(problems, `${at}.${kind}.name`, named.name);
        validateItems(problems, `${at}.${kind}`, named);
      }
    }
    const token = objectIn(source, "serviceAccountToken");
    if (token && numberOf(token.expirationSeconds) < 600) {
      const message = "may not specify a duration less than 10 minutes";
      problems.invalid(`${at}.serviceAccountToken.expirationSeconds`, token.expirationSeconds, message);
    }
    const downward = objectIn(source, "downwardAPI");
    if (downward) {
      validateDownwardItems(problems, `${at}.downwardAPI`, downward);
    }
  }
}

type ValidateSource = (problems: Problems, path: string, source: JsonObject) => void;

const sources: Readonly<Record<string, ValidateSource>> = {
  emptyDir: (problems, path, source) => {
    if (source.sizeLimit !== undefined && isNegativeQuantity(source.sizeLimit)) {
      problems.forbidden(`${path}.sizeLimit`, "SizeLimit field must be a valid resource quantity");
    }
  },
  hostPath: (problems, path, source) => {
    requireText(problems, `${path}.path`, source.path);
    if (textOf(source.path).split("/").includes("..")) {
      problems.invalid(`${path}.path`, source.path, "must not contain '..'");
    }
  },
  secret: (problems, path, source) => {
    requireText(problems, `${path}.secretName`, source.secretName);
    validateMode(problems, `${path}.defaultMode`, source.defaultMode);
    validateItems(problems, path, source);
  },
  nfs: (problems, path, source) => {
    requireText(problems, `${path}.server`, source.server);
    requireText(problems, `${path}.path`, source.path);
  },
  persistentVolumeClaim: (problems, path, source) =>
    requireText(problems, `${path}.claimName`, source.claimName),
  downwardAPI: (problems, path, source) => {
    validateMode(problems, `${path}.defaultMode`, source.defaultMode);
    validateDownwardItems(problems, path, source);
  },
  configMap: (problems, path, source) => {
    requireText(problems, `${path}.name`, source.name);
    validateMode(problems, `${path}.defaultMode`, source.defaultMode);
    validateItems(problems, path, source);
  },
  projected: validateProjected,
  csi: (problems, path, source) => requireText(problems, `${path}.driver`, source.driver),
  ephemeral: (problems, path, source) => {
    const template = objectIn(source, "volumeClaimTemplate");
    if (template) {
      validateClaimSpec(problems, `${path}.volumeClaimTemplate.spec`, objectIn(template, "spec") ?? {});
    } else {
      problems.required(`${path}.volumeClaimTemplate`);
    }
  },
};

function validateSource(problems: Problems, path: string, volume: JsonObject): void {
  const kinds = Object.keys(volume).filter((key) => key !== "name");
  for (const [index, kind] of kinds.entries()) {
    const source = objectIn(volume, kind);
    if (index > 0) {
      problems.forbidden(`${path}.${kind}`, "may not specify more than 1 volume type");
    } else if (source) {
      sources[kind]?.(problems, `${path}.${kind}`, source);
    }
  }
  if (kinds.length === 0) {
    problems.required(path, "must specify a volume type");
  }
}

/** Validates the volumes and returns the names of the valid ones. */
export function validateVolumes(problems: Problems, path: string, spec: JsonObject): Set<string> {
  const names = new Set<string>();
  for (const [index, volume] of objectsIn(spec, "volumes").entries()) {
    const at = `${path}[${index}]`;
    const name = textOf(volume.name);
    const before = problems.count;
    validateSource(problems, at, volume);
    if (name === "") {
      problems.required(`${at}.name`);
    } else {
      problems.invalidAll(`${at}.name`, name, dnsLabelProblems(name));
    }
    if (names.has(name)) {
      problems.duplicate(`${at}.name`, name);
    }
    if (problems.count === before) {
      names.add(name);
    }
  }
  return names;
}
