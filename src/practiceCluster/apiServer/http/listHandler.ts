import type { JsonObject, KubernetesObject } from "../../../common/kubernetes/objects.ts";
import { ApiError } from "../../api/apiError.ts";
import { apiVersionOf } from "../../api/resource.ts";
import { refusals } from "../requests/errors.ts";
import type { Pipeline, Selection } from "../requests/pipeline.ts";
import type { ResourceDefinition } from "../resources/definition.ts";
import { type ContinueToken, decodeContinue, encodeContinue, encodeContinueAt } from "./continueToken.ts";
import type { ListOptions } from "./listOptions.ts";
import type { AnswerForm } from "./mediaType.ts";
import { type IncludeObject, partialMetadataOf, tableOf } from "./tableAnswer.ts";

/** The selection that a list's or watch's query names. Throws 400 for a selector that excludes the named object. */
export function selectionOf(
  namespace: string | undefined,
  name: string | undefined,
  { labelSelector, fieldSelector }: ListOptions,
): Selection {
  const byName = name ? `metadata.name=${name}` : "";
  if (
    name &&
    fieldSelector !== "" &&
    fieldSelector !== byName &&
    fieldSelector !== `metadata.name==${name}`
  ) {
    throw refusals.badRequest("fieldSelector metadata.name doesn't match requested name");
  }
  return { namespace, labelSelector, fieldSelector: byName || fieldSelector };
}

/** `includeObject` of a Table request; tables carry the metadata by default. */
export function includeObjectOf(query: URLSearchParams): IncludeObject {
  const value = query.get("includeObject");
  return value === "Object" || value === "None" ? value : "Metadata";
}

/** Answers a list, whole or page by page. Throws 400 for parameters that make no sense, 410 for a token too old. */
export function listObjects(
  pipeline: Pipeline,
  definition: ResourceDefinition,
  selection: Selection,
  options: ListOptions,
  includeObject: IncludeObject,
  { form }: AnswerForm,
): JsonObject {
  const { objects, revision, after } = chosenObjects(pipeline, definition, selection, options);
  const keyOf = continueKeyOf(definition, selection);
  const rest = after === undefined ? objects : objects.filter((object) => keyOf(object) >= after);
  const page = options.limit > 0 ? rest.slice(0, options.limit) : rest;
  const metadata: JsonObject = { resourceVersion: String(revision) };
  const last = page.at(-1);
  if (last && page.length < rest.length) {
    metadata.continue = encodeContinue(revision, keyOf(last));
    if (!selection.labelSelector && !selection.fieldSelector) {
      metadata.remainingItemCount = rest.length - page.length;
    }
  }
  if (form === "table") {
    return tableOf(definition, page, metadata, includeObject, pipeline.clock.now());
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

interface ChosenObjects {
  readonly objects: readonly KubernetesObject[];
  readonly revision: number;
  /** The key at which a page begins. */
  readonly after?: string;
}

/** What there is, or what there was at the revision that a token or an exact version names (storage.ValidateListOptions). */
function chosenObjects(
  pipeline: Pipeline,
  { resource }: ResourceDefinition,
  selection: Selection,
  options: ListOptions,
): ChosenObjects {
  const { revision } = pipeline.store;
  if (options.continueToken !== "") {
    const token = decodeContinue(options.continueToken);
    if (options.resourceVersion !== "" && options.resourceVersion !== "0") {
      throw refusals.badRequest("specifying resource version is not allowed when using continue");
    }
    return token.revision < 0
      ? { objects: pipeline.list(resource, selection), revision, after: token.start }
      : {
          objects: pipeline.listAt(resource, selection, token.revision, () => tooOldToContinue(token)),
          revision: token.revision,
          after: token.start,
        };
  }
  const wanted = wantedRevision(options);
  const isExact =
    wanted > 0 &&
    (options.resourceVersionMatch === "Exact" || (options.resourceVersionMatch === "" && options.limit > 0));
  if (isExact) {
    const tooOld = () => refusals.expired("The resourceVersion for the provided list is too old.");
    return { objects: pipeline.listAt(resource, selection, wanted, tooOld), revision: wanted };
  }
  if (wanted > revision) {
    throw refusals.tooLargeVersion(wanted, revision);
  }
  return { objects: pipeline.list(resource, selection), revision };
}

function wantedRevision({ resourceVersion }: ListOptions): number {
  if (resourceVersion !== "" && !/^\d+$/.test(resourceVersion)) {
    const text = JSON.stringify(resourceVersion);
    throw refusals.badRequest(
      `invalid resource version: resourceVersion: Invalid value: ${text}: strconv.ParseUint: parsing ${text}: invalid syntax`,
    );
  }
  return Number(resourceVersion);
}

/** The end of an object's key in the storage, behind what all objects of the list share. */
function continueKeyOf({ resource }: ResourceDefinition, { namespace }: Selection) {
  const isBelowNamespace = resource.namespaced && namespace === undefined;
  return ({ metadata }: KubernetesObject) =>
    isBelowNamespace ? `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}` : (metadata?.name ?? "");
}

/** A list can be taken up at the present instead, and the client is told how. */
function tooOldToContinue({ start }: ContinueToken): ApiError {
  return new ApiError(410, "Expired", inconsistentContinue, undefined, {
    continue: encodeContinueAt(-1, start),
  });
}

const inconsistentContinue =
  "The provided continue parameter is too old to display a consistent list result. You can start a new list " +
  "without the continue parameter, or use the continue token in this response to retrieve the remainder of the " +
  "results. Continuing with the provided token results in an inconsistent list - objects that were created, " +
  "modified, or deleted between the time the first chunk was returned and now may show up in the list.";
