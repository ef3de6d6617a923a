import { objectIn, objectsIn } from "../defaults/fill.ts";
import type { Json, JsonObject } from "../objects.ts";
import { validateCustomSchema } from "./customSchema.ts";
import { dnsLabelProblems, dnsSubdomainProblems } from "./formats.ts";
import type { Problems } from "./problems.ts";
import { immutable, oneOf, textOf, textsOf } from "./values.ts";

const columnTypes = ["boolean", "date", "integer", "number", "string"];

/** ValidateCustomResourceDefinition of apiextensions. */
export function validateCustomResourceDefinition(problems: Problems, object: JsonObject): void {
  const spec = objectIn(object, "spec") ?? {};
  const names = objectIn(spec, "names") ?? {};
  const name = textOf(objectIn(object, "metadata")?.name);
  if (name !== `${textOf(names.plural)}.${textOf(spec.group)}`) {
    problems.invalid("metadata.name", name, 'must be spec.names.plural+"."+spec.group');
  }
  validateGroup(problems, textOf(spec.group));
  oneOf(problems, "spec.scope", spec.scope, ["Cluster", "Namespaced"]);
  validateVersions(problems, spec);
  validateNames(problems, names);
  const conversion = objectIn(spec, "conversion");
  oneOf(problems, "spec.conversion.strategy", conversion?.strategy, ["None", "Webhook"]);
}

/** What stays as it was: the group, and kind and scope of a resource that is served. */
export function validateCustomResourceDefinitionUpdate(
  problems: Problems,
  object: JsonObject,
  old: JsonObject,
): void {
  validateCustomResourceDefinition(problems, object);
  const [spec, before] = [objectIn(object, "spec") ?? {}, objectIn(old, "spec") ?? {}];
  const [names, namesBefore] = [objectIn(spec, "names"), objectIn(before, "names")];
  const conditions = objectsIn(objectIn(old, "status"), "conditions");
  if (conditions.some(({ type, status }) => type === "Established" && status === "True")) {
    immutable(problems, "spec.scope", spec.scope, before.scope);
    immutable(problems, "spec.names.kind", names?.kind, namesBefore?.kind);
  }
  immutable(problems, "spec.group", spec.group, before.group);
  immutable(problems, "spec.names.plural", names?.plural, namesBefore?.plural);
}

function validateGroup(problems: Problems, group: string): void {
  if (group === "") {
    problems.required("spec.group");
  } else if (dnsSubdomainProblems(group).length > 0) {
    problems.invalid("spec.group", group, dnsSubdomainProblems(group).join(","));
  } else if (!group.includes(".")) {
    problems.invalid("spec.group", group, "should be a domain with at least one dot");
  }
}

function validateVersions(problems: Problems, spec: JsonObject): void {
  const versions = objectsIn(spec, "versions");
  for (const [index, version] of versions.entries()) {
    if (!objectIn(objectIn(version, "schema"), "openAPIV3Schema")) {
      problems.required(`spec.versions[${index}].schema.openAPIV3Schema`);
    }
  }
  for (const [index, version] of versions.entries()) {
    const path = `spec.versions[${index}]`;
    const wrong = dnsLabelProblems(textOf(version.name));
    if (wrong.length > 0) {
      problems.invalid(`${path}.name`, version.name, wrong.join(","));
    }
    const schema = objectIn(objectIn(version, "schema"), "openAPIV3Schema");
    if (schema) {
      validateCustomSchema(problems, `${path}.schema.openAPIV3Schema`, schema);
    }
    validateColumns(problems, `${path}.additionalPrinterColumns`, version);
    validateScale(
      problems,
      `${path}.subresources.scale`,
      objectIn(objectIn(version, "subresources"), "scale"),
    );
  }
  const printed = spec.versions ?? [];
  if (new Set(versions.map(({ name }) => name)).size < versions.length) {
    problems.invalid("spec.versions", printed, "must contain unique version names");
  }
  if (versions.filter(({ storage }) => storage === true).length !== 1) {
    problems.invalid("spec.versions", printed, "must have exactly one version marked as storage version");
  }
}

function validateColumns(problems: Problems, path: string, version: JsonObject): void {
  const types = `must be one of ${columnTypes.join(",")}`;
  for (const [index, column] of objectsIn(version, "additionalPrinterColumns").entries()) {
    const at = `${path}[${index}]`;
    if (textOf(column.name) === "") {
      problems.required(`${at}.name`);
    }
    if (textOf(column.type) === "") {
      problems.required(`${at}.type`, types);
    } else if (!columnTypes.includes(textOf(column.type))) {
      problems.invalid(`${at}.type`, column.type, types);
    }
    validatePath(problems, `${at}.JSONPath`, column.jsonPath);
  }
}

function validateScale(problems: Problems, path: string, scale: JsonObject | undefined): void {
  if (!scale) {
    return;
  }
  for (const [field, root] of [
    ["specReplicasPath", ".spec"],
    ["statusReplicasPath", ".status"],
  ] as const) {
    validatePath(problems, `${path}.${field}`, scale[field]);
    const text = textOf(scale[field]);
    if (text.startsWith(".") && !text.startsWith(`${root}.`)) {
      problems.invalid(`${path}.${field}`, text, `should be a json path under ${root}`);
    }
  }
}

function validatePath(problems: Problems, path: string, value: Json | undefined): void {
  if (textOf(value) === "") {
    problems.required(path);
  } else if (!textOf(value).startsWith(".")) {
    problems.invalid(path, value, "must be a simple json path starting with .");
  }
}

function validateNames(problems: Problems, names: JsonObject): void {
  for (const field of ["plural", "singular", "kind", "listKind"]) {
    if (textOf(names[field]) === "") {
      problems.required(`spec.names.${field}`);
    }
  }
  for (const field of ["plural", "singular", "kind", "listKind"]) {
    const text = textOf(names[field]);
    const isKind = field === "kind" || field === "listKind";
    const wrong = text === "" ? [] : dnsLabelProblems(isKind ? text.toLowerCase() : text);
    if (wrong.length > 0) {
      const prefix = isKind ? "may have mixed case, but should otherwise match: " : "";
      problems.invalid(`spec.names.${field}`, text, prefix + wrong.join(","));
    }
  }
  for (const [index, shortName] of textsOf(names.shortNames).entries()) {
    const wrong = dnsLabelProblems(shortName);
    if (wrong.length > 0) {
      problems.invalid(`spec.names.shortNames[${index}]`, shortName, wrong.join(","));
    }
  }
  if (textOf(names.kind) !== "" && names.kind === names.listKind) {
    problems.invalid("spec.names.listKind", names.listKind, "kind and listKind may not be the same");
  }
}
