import { createHash } from "node:crypto";
import type { JsonObject } from "../../../common/kubernetes/objects.ts";
import { loadOpenApi } from "../../../common/kubernetes/schema/loadData.ts";
import type { ResourceDefinition } from "../resources/definition.ts";
import { customDocument } from "./customDocuments.ts";
import { swaggerDocument } from "./swagger.ts";
import { encodeSwagger } from "./swaggerProtobuf.ts";

/**
 * The answer to GET /openapi/v3: the group versions' documents with a hash of each, so that clients may
 * keep what they have read.
 */
export function openApiIndex(definitions: readonly ResourceDefinition[]): JsonObject {
  const paths: JsonObject = {};
  for (const [path, document] of Object.entries(loadOpenApi().documents)) {
    const hash = createHash("sha256")
      .update(`${path} ${JSON.stringify(document.info)}`)
      .digest("hex");
    paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hash.toUpperCase()}` };
  }
  for (const [path, own] of customGroups(definitions)) {
    const hash = createHash("sha256")
      .update(JSON.stringify(customDocument(own)))
      .digest("hex");
    paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hash.toUpperCase()}` };
  }
  return { paths };
}

/** Custom resources by the paths of their group versions; groups that have a published document keep that. */
function customGroups(definitions: readonly ResourceDefinition[]): Map<string, ResourceDefinition[]> {
  const groups = new Map<string, ResourceDefinition[]>();
  for (const definition of definitions.filter(({ custom }) => custom)) {
    const { group, version } = definition.resource;
    const path = `apis/${group}/${version}`;
    if (!loadOpenApi().documents[path]) {
      groups.set(path, [...(groups.get(path) ?? []), definition]);
    }
  }
  return groups;
}

const written = new Map<string, string>();

/** The OpenAPI v3 document of a group version ("apis/apps/v1", "api/v1") as JSON text; undefined where there is none. */
export function openApiDocument(
  path: string,
  definitions: readonly ResourceDefinition[],
): string | undefined {
  const custom = customGroups(definitions).get(path);
  if (custom) {
    return JSON.stringify(customDocument(custom), withoutBinaryForms);
  }
  const known = written.get(path);
  if (known !== undefined) {
    return known;
  }
  const { components, documents } = loadOpenApi();
  const document = Object.hasOwn(documents, path) ? documents[path] : undefined;
  if (!document) {
    return undefined;
  }
  const schemas = Object.fromEntries(document.components.map((name) => [name, components[name] ?? {}]));
  const text = JSON.stringify(
    { openapi: "3.0.0", info: document.info, paths: document.paths, components: { schemas } },
    withoutBinaryForms,
  );
  written.set(path, text);
  return text;
}

/** The published documents name CBOR too; a server without that feature, as this one, does not take it. */
function withoutBinaryForms(key: string, value: unknown): unknown {
  return key.startsWith("application/") && key.includes("cbor") ? undefined : value;
}

/** GET /openapi/v2: everything in one document, as JSON text or in the binary form. */
export function openApiV2(definitions: readonly ResourceDefinition[], isBinary: boolean): Buffer {
  const { components, documents } = loadOpenApi();
  const published = Object.values(documents).map((document) => ({ paths: document.paths, schemas: {} }));
  const custom = [...customGroups(definitions).values()].map((own) => {
    const { paths, components: added } = customDocument(own);
    return {
      paths: paths as JsonObject,
      schemas: (added as { schemas: Record<string, JsonObject> }).schemas,
    };
  });
  const document = swaggerDocument([{ paths: {}, schemas: components }, ...published, ...custom]);
  return isBinary ? encodeSwagger(document) : Buffer.from(JSON.stringify(document));
}
