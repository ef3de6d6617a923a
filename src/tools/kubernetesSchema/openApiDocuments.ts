import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../common/kubernetes/objects.ts";
import type { OpenApiData } from "../../common/kubernetes/schema/openApiData.ts";
import type { EnumeratedFields } from "./enums.ts";
import { enumeratedFunctionName } from "./enums.ts";

/** The path under which a server serves a document: apis__apps__v1 → apis/apps/v1. */
function servedPath(document: string): string {
  return document.replaceAll("__", "/");
}

function withoutUnserved(paths: JsonObject): JsonObject {
  const kept = Object.entries(paths).filter(([path]) => !/^\/apis?\/.*\/watch\//.test(path));
  return JSON.parse(JSON.stringify(Object.fromEntries(kept)), (_key, value) => {
    if (value && typeof value === "object" && "application/cbor" in value) {
      const types = Object.entries(value).filter(([type]) => !type.includes("cbor"));
      return Object.fromEntries(types);
    }
    return value;
  });
}

function addEnumerations(model: string, component: JsonObject, enumerated: EnumeratedFields): void {
  const properties = (component.properties ?? {}) as Record<string, JsonObject>;
  for (const [name, field] of enumerated.get(enumeratedFunctionName(model)) ?? []) {
    const property = properties[name];
    if (property) {
      property.description = field.description;
      property.enum = [...field.values];
    }
  }
}

/** Reads the published documents: every component once, and each document's paths with the names of its components. */
export function readOpenApiDocuments(
  folder: string,
  documents: readonly string[],
  enumerated: EnumeratedFields,
): OpenApiData {
  const data: OpenApiData = { components: {}, documents: {} };
  for (const name of documents) {
    const document = JSON.parse(readFileSync(join(folder, `${name}_openapi.json`), "utf8"));
    const schemas: Record<string, JsonObject> = document.components.schemas;
    for (const [model, component] of Object.entries(schemas)) {
      addEnumerations(model, component, enumerated);
      data.components[model] ??= component;
    }
    data.documents[servedPath(name)] = {
      info: document.info,
      components: Object.keys(schemas),
      paths: withoutUnserved(document.paths),
    };
  }
  return data;
}
