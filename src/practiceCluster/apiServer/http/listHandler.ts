import type { JsonObject, KubernetesObject } from "../../../common/kubernetes/objects.ts";
import { apiVersionOf } from "../../api/resource.ts";
import { refusals } from "../requests/errors.ts";
import type { Pipeline, Selection } from "../requests/pipeline.ts";
import type { ResourceDefinition } from "../resources/definition.ts";
import type { AnswerForm } from "./mediaType.ts";
import { type IncludeObject, partialMetadataOf, tableOf } from "./tableAnswer.ts";

/** The selection that a list's or watch's query names. */
export function selectionOf(
  namespace: string | undefined,
  name: string | undefined,
  query: URLSearchParams,
): Selection {
  const byName = name ? `metadata.name=${name}` : "";
  const fieldSelector = [query.get("fieldSelector") ?? "", byName].filter(Boolean).join(",");
  return { namespace, labelSelector: query.get("labelSelector") ?? "", fieldSelector };
}

/** `includeObject` of a Table request; tables carry the metadata by default. */
export function includeObjectOf(query: URLSearchParams): IncludeObject {
  const value = query.get("includeObject");
  return value === "Object" || value === "None" ? value : "Metadata";
}

interface Continuation {
  readonly revision: number;
  /** "namespace/name" of the last object that was given. */
  readonly after: string;
}

/** Answers a list, whole or page by page. Throws 400 for parameters that make no sense, 410 for a token too old. */
export function listObjects(
  pipeline: Pipeline,
  definition: ResourceDefinition,
  selection: Selection,
  query: URLSearchParams,
  { form }: AnswerForm,
): JsonObject {
  requireValidVersionMatch(query);
  const limit = Number.parseInt(query.get("limit") ?? "0", 10) || 0;
  const continuation = decodeContinue(query.get("continue"));
  const all = pipeline.list(definition.resource, selection);
  const rest = continuation ? all.filter((object) => orderKey(object) > continuation.after) : all;
  const page = limit > 0 ? rest.slice(0, limit) : rest;
  const metadata: JsonObject = { resourceVersion: String(continuation?.revision ?? pipeline.store.revision) };
  const last = page.at(-1);
  if (last && page.length < rest.length) {
    metadata.continue = encodeContinue({
      revision: continuation?.revision ?? pipeline.store.revision,
      after: orderKey(last),
    });
    if (!selection.labelSelector && !selection.fieldSelector) {
      metadata.remainingItemCount = rest.length - page.length;
    }
  }
  if (form === "table") {
    return tableOf(definition, page, metadata, includeObjectOf(query), pipeline.clock.now());
  }
  if (form === "partialMetadata") {
    const items = page.map(partialMetadataOf);
    return { kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1", metadata, items };
  }
  const { resource } = definition;
  return {
    kind: `${resource.kind}List`,
    apiVersion: apiVersionOf(resource),
    metadata,
    items: page.map(withoutType),
  };
}

/** Items of a list do not repeat their kind. */
function withoutType(object: KubernetesObject): JsonObject {
  const { kind: _kind, apiVersion: _apiVersion, ...rest } = object as JsonObject;
  return rest;
}

function orderKey(object: KubernetesObject): string {
  return `${object.metadata?.namespace ?? ""}/${object.metadata?.name ?? ""}`;
}

function encodeContinue(continuation: Continuation): string {
  return Buffer.from(JSON.stringify(continuation)).toString("base64url");
}

function decodeContinue(token: string | null): Continuation | undefined {
  if (!token) {
    return undefined;
  }
  try {
    const { revision, after } = JSON.parse(Buffer.from(token, "base64url").toString("utf8")) as Continuation;
    if (Number.isInteger(revision) && typeof after === "string") {
      return { revision, after };
    }
  } catch {
    // falls through to the refusal below
  }
  throw refusals.badRequest("continue key is not valid: illegal base64 data");
}

function requireValidVersionMatch(query: URLSearchParams): void {
  const match = query.get("resourceVersionMatch");
  const version = query.get("resourceVersion");
  if (match && !version) {
    throw refusals.badRequest(
      "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided",
    );
  }
  if (match && match !== "Exact" && match !== "NotOlderThan") {
    throw refusals.badRequest(
      `resourceVersionMatch: Unsupported value: "${match}": supported values: "Exact", "NotOlderThan"`,
    );
  }
  if (version && !/^\d+$/.test(version)) {
    throw refusals.badRequest(
      `resourceVersion: Invalid value: "${version}": strconv.ParseUint: parsing "${version}": invalid syntax`,
    );
  }
}
