import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";
import type { OpenApiData } from "./openApiData.ts";
import type { SchemaStructure } from "./structure.ts";

/** Reads one data file. Bundles have the same folder beside them: this is the only place that knows where it is. */
function readData(name: string): unknown {
  const file = new URL(`./data/${name}.json.br`, import.meta.url);
  return JSON.parse(brotliDecompressSync(readFileSync(file)).toString("utf8"));
}

function once<T>(load: () => T): () => T {
  let loaded: T | undefined;
  return () => {
    loaded ??= load();
    return loaded;
  };
}

/** The API types without descriptions; read at the first call (a few milliseconds). */
export const loadStructure = once(() => readData("structure") as SchemaStructure);

/** The inside types of the API server, for messages that print whole values; read at the first call. */
export const loadInternalTypes = once(() => readData("internalTypes") as SchemaStructure);

/** The OpenAPI v3 documents with descriptions; read at the first call (some tens of milliseconds). */
export const loadOpenApi = once(() => readData("openApi") as OpenApiData);
