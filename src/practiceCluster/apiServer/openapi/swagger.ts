import type { Json, JsonObject } from "../../../common/kubernetes/objects.ts";

/** The parts of an OpenAPI v3 document that version 2 has too. */
export interface DocumentParts {
  readonly paths: JsonObject;
  readonly schemas: Readonly<Record<string, JsonObject>>;
}

const methods = ["get", "put", "post", "delete", "options", "head", "patch"];

/** All documents as one of OpenAPI version 2, which older clients read (GET /openapi/v2). */
export function swaggerDocument(parts: readonly DocumentParts[]): JsonObject {
  const definitions: JsonObject = {};
  const paths: JsonObject = {};
  for (const part of parts) {
    for (const [name, schema] of Object.entries(part.schemas)) {
      definitions[name] = convertSchema(schema);
    }
    for (const [path, item] of Object.entries(part.paths)) {
      paths[path] = convertPathItem(item as JsonObject);
    }
  }
  return { swagger: "2.0", info: { title: "Kubernetes", version: "v1.36.3" }, paths, definitions };
}

/** References have other paths, and a reference with a description needs no allOf. */
function convertSchema(value: Json): Json {
  if (Array.isArray(value)) {
    return value.map(convertSchema);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const { allOf, nullable: _nullable, default: fallback, oneOf, ...rest } = value;
  const converted: JsonObject = {};
  for (const [key, child] of Object.entries(rest)) {
    converted[key] = convertKeyword(key, child);
  }
  if (Array.isArray(allOf) && allOf.length === 1) {
    Object.assign(converted, convertSchema(allOf[0] ?? {}));
  }
  if (oneOf !== undefined && converted.type === undefined) {
    converted.type = "string";
  }
  return fallback === undefined || isEmptyObject(fallback) ? converted : { ...converted, default: fallback };
}

function convertKeyword(key: string, value: Json): Json {
  if (key === "$ref" && typeof value === "string") {
    return value.replace("#/components/schemas/", "#/definitions/");
  }
  if (key === "properties") {
    const entries = Object.entries(value as JsonObject);
    return Object.fromEntries(entries.map(([name, schema]) => [name, convertSchema(schema)]));
  }
  return convertSchema(value);
}

function isEmptyObject(value: Json): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function convertPathItem(item: JsonObject): JsonObject {
  const converted: JsonObject = {};
  for (const method of methods) {
    const operation = item[method];
    if (operation) {
      converted[method] = convertOperation(operation as JsonObject);
    }
  }
  if (Array.isArray(item.parameters)) {
    converted.parameters = item.parameters.map((each) => convertParameter(each as JsonObject));
  }
  return converted;
}

function convertOperation(operation: JsonObject): JsonObject {
  const { parameters, requestBody, responses, ...rest } = operation;
  const content = ((requestBody as JsonObject | undefined)?.content ?? {}) as JsonObject;
  const own = Array.isArray(parameters) ? parameters.map((each) => convertParameter(each as JsonObject)) : [];
  const [first] = Object.values(content);
  const schema = convertSchema(((first as JsonObject | undefined)?.schema ?? {}) as JsonObject);
  const body: JsonObject[] = first ? [{ name: "body", in: "body", required: true, schema }] : [];
  const answers = Object.entries((responses ?? {}) as JsonObject);
  return {
    ...rest,
    consumes: Object.keys(content).filter((type) => !type.includes("cbor")),
    produces: ["application/json"],
    schemes: ["https"],
    parameters: [...body, ...own],
    responses: Object.fromEntries(answers.map(([code, each]) => [code, convertResponse(each as JsonObject)])),
  };
}

function convertParameter({ schema, ...rest }: JsonObject): JsonObject {
  const { type, uniqueItems } = (schema ?? {}) as JsonObject;
  return { ...rest, ...(type ? { type } : {}), ...(uniqueItems ? { uniqueItems } : {}) };
}

function convertResponse({ content, description = "" }: JsonObject): JsonObject {
  const json = ((content ?? {}) as JsonObject)["application/json"] as JsonObject | undefined;
  return { description, ...(json?.schema ? { schema: convertSchema(json.schema) } : {}) };
}
