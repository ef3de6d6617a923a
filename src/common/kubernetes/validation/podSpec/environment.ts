import { objectIn, objectsIn } from "../../defaults/fill.ts";
import type { JsonObject } from "../../objects.ts";
import {
  dataKeyProblems,
  dnsSubdomainProblems,
  environmentNameProblems,
  qualifiedNameProblems,
} from "../formats.ts";
import type { Problems } from "../problems.ts";
import { textOf } from "../values.ts";

const environmentFieldPaths = [
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.nodeName",
  "spec.serviceAccountName",
  "status.hostIP",
  "status.hostIPs",
  "status.podIP",
  "status.podIPs",
];

const resourceFieldPaths = [
  "limits.cpu",
  "limits.ephemeral-storage",
  "limits.memory",
  "requests.cpu",
  "requests.ephemeral-storage",
  "requests.memory",
];

/** A downward API reference to a field of the Pod. */
export function validateFieldReference(
  problems: Problems,
  path: string,
  reference: JsonObject,
  supported: readonly string[],
): void {
  const fieldPath = textOf(reference.fieldPath);
  if (fieldPath === "") {
    problems.required(`${path}.fieldPath`);
    return;
  }
  const subscript = /^(metadata\.(?:labels|annotations))\['(.*)'\]$/.exec(fieldPath);
  if (subscript) {
    const key = subscript[2] ?? "";
    const name = subscript[1] === "metadata.annotations" ? key.toLowerCase() : key;
    problems.invalidAll(path, name, qualifiedNameProblems(name));
  } else if (!isKnownField(fieldPath)) {
    const message = `error converting fieldPath: field label not supported: ${fieldPath}`;
    problems.invalid(`${path}.fieldPath`, fieldPath, message);
  } else if (!supported.includes(fieldPath)) {
    problems.notSupported(`${path}.fieldPath`, fieldPath, supported);
  }
}

function isKnownField(fieldPath: string): boolean {
  const others = ["metadata.annotations", "metadata.labels", "spec.restartPolicy", "status.phase"];
  return environmentFieldPaths.includes(fieldPath) || others.includes(fieldPath);
}

/** A downward API reference to a container's resources. */
export function validateResourceReference(problems: Problems, path: string, reference: JsonObject): void {
  const resource = textOf(reference.resource);
  if (resource === "") {
    problems.required(`${path}.resource`);
  } else if (!resourceFieldPaths.includes(resource) && !/^(limits|requests)\.hugepages-/.test(resource)) {
    problems.notSupported(`${path}.resource`, resource, resourceFieldPaths);
  }
}

function validateKeyReference(problems: Problems, path: string, reference: JsonObject): void {
  const name = textOf(reference.name);
  const key = textOf(reference.key);
  problems.invalidAll(`${path}.name`, name, dnsSubdomainProblems(name));
  if (key === "") {
    problems.required(`${path}.key`);
  } else {
    problems.invalidAll(`${path}.key`, key, dataKeyProblems(key));
  }
}

const sources: Readonly<Record<string, (problems: Problems, path: string, source: JsonObject) => void>> = {
  fieldRef: (problems, path, source) => validateFieldReference(problems, path, source, environmentFieldPaths),
  resourceFieldRef: validateResourceReference,
  configMapKeyRef: validateKeyReference,
  secretKeyRef: validateKeyReference,
};

function validateValueFrom(problems: Problems, path: string, variable: JsonObject): void {
  const valueFrom = objectIn(variable, "valueFrom");
  if (!valueFrom) {
    return;
  }
  let found = 0;
  for (const [kind, validate] of Object.entries(sources)) {
    const source = objectIn(valueFrom, kind);
    if (source) {
      found += 1;
      validate(problems, `${path}.${kind}`, source);
    }
  }
  found += valueFrom.fileKeyRef ? 1 : 0;
  if (found === 0) {
    const kinds = "`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`";
    problems.invalid(path, "", `must specify one of: ${kinds}`);
  } else if (textOf(variable.value) !== "") {
    problems.invalid(path, "", "may not be specified when `value` is not empty");
  } else if (found > 1) {
    problems.invalid(path, "", "may not have more than one field specified at a time");
  }
}

export function validateEnvironment(problems: Problems, path: string, container: JsonObject): void {
  for (const [index, variable] of objectsIn(container, "env").entries()) {
    const at = `${path}.env[${index}]`;
    const name = textOf(variable.name);
    if (name === "") {
      problems.required(`${at}.name`);
    } else {
      problems.invalidAll(`${at}.name`, name, environmentNameProblems(name));
    }
    validateValueFrom(problems, `${at}.valueFrom`, variable);
  }
  validateEnvironmentFrom(problems, `${path}.envFrom`, objectsIn(container, "envFrom"));
}

function validateEnvironmentFrom(problems: Problems, path: string, entries: readonly JsonObject[]): void {
  for (const [index, entry] of entries.entries()) {
    const at = `${path}[${index}]`;
    const prefix = textOf(entry.prefix);
    problems.invalidAll(`${at}.prefix`, prefix, environmentNameProblems(prefix));
    const found = ["configMapRef", "secretRef"].filter((kind) => objectIn(entry, kind));
    for (const kind of found) {
      const name = textOf(objectIn(entry, kind)?.name);
      if (name === "") {
        problems.required(`${at}.${kind}.name`);
      } else {
        problems.invalidAll(`${at}.${kind}.name`, name, dnsSubdomainProblems(name));
      }
    }
    if (found.length === 0) {
      problems.invalid(path, "", "must specify one of: `configMapRef` or `secretRef`");
    } else if (found.length > 1) {
      problems.invalid(path, "", "may not have more than one field specified at a time");
    }
  }
}
