import type { ServerResponse } from "node:http";
import type { JsonObject, KubernetesObject } from "../../../common/kubernetes/objects.ts";
import { apiVersionOf, groupResourceOf } from "../../api/resource.ts";
import { selectedEvent } from "../localClient.ts";
import { refusals } from "../requests/errors.ts";
import type { Pipeline, Selection } from "../requests/pipeline.ts";
import type { ResourceDefinition } from "../resources/definition.ts";
import { includeObjectOf } from "./listHandler.ts";
import type { AnswerForm } from "./mediaType.ts";
import { partialMetadataOf, tableRowOf } from "./tableAnswer.ts";

/** Bookmarks come about once a minute, as from the real server. */
const bookmarkMs = 60_000;
const defaultTimeoutSeconds = 1_800;

/**
 * Streams the changes of a selection. Begins at `resourceVersion`, with what there is ("" or "0"), or with
 * everything and a bookmark that says so (`sendInitialEvents`). Throws 410 before anything is sent when the version
 * is forgotten.
 */
export function watchObjects(
  pipeline: Pipeline,
  definition: ResourceDefinition,
  selection: Selection,
  query: URLSearchParams,
  answer: AnswerForm,
  response: ServerResponse,
): void {
  const { store, clock } = pipeline;
  const groupResource = groupResourceOf(definition.resource);
  const matches = pipeline.matcherOf(definition.resource, selection);
  const from = startRevision(pipeline, groupResource, query);
  const writer = new EventWriter(definition, query, answer, response, () => clock.now());
  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-cache, private" });
  response.flushHeaders();
  if (from === undefined) {
    for (const object of pipeline.list(definition.resource, selection)) {
      writer.write("ADDED", object);
    }
    if (query.get("sendInitialEvents") === "true") {
      writer.bookmark(store.revision, { "k8s.io/initial-events-end": "true" });
    }
  }
  const subscription = store.subscribe(
    groupResource,
    (changes) => {
      for (const change of changes) {
        const event = selectedEvent(change, matches);
        if (event) {
          writer.write(event.type, event.object);
        }
      }
    },
    from ?? store.revision,
  );
  const wantsBookmarks = query.get("allowWatchBookmarks") === "true";
  const bookmarks = setInterval(
    () => wantsBookmarks && writer.bookmark(store.revision, undefined),
    bookmarkMs,
  );
  const timeoutSeconds = Number.parseInt(query.get("timeoutSeconds") ?? "", 10) || defaultTimeoutSeconds;
  const ending = clock.after(timeoutSeconds * 1000, () => response.end());
  response.on("close", () => {
    subscription.dispose();
    clearInterval(bookmarks);
    ending.cancel();
  });
}

/** The revision after which to begin; undefined: begin with everything there is. */
function startRevision(
  pipeline: Pipeline,
  groupResource: string,
  query: URLSearchParams,
): number | undefined {
  const version = query.get("resourceVersion") ?? "";
  if (query.get("sendInitialEvents") === "true" || version === "" || version === "0") {
    return undefined;
  }
  if (!/^\d+$/.test(version)) {
    throw refusals.badRequest(`invalid resource version ${JSON.stringify(version)}`);
  }
  const revision = Number(version);
  if (!pipeline.store.changesSince(groupResource, revision)) {
    throw refusals.expired(`too old resource version: ${revision} (${pipeline.store.revision})`);
  }
  return Math.min(revision, pipeline.store.revision);
}

/** Writes watch events, one JSON document a line. */
class EventWriter {
  readonly #definition: ResourceDefinition;
  readonly #query: URLSearchParams;
  readonly #answer: AnswerForm;
  readonly #response: ServerResponse;
  readonly #now: () => number;
  #isFirst = true;

  constructor(
    definition: ResourceDefinition,
    query: URLSearchParams,
    answer: AnswerForm,
    response: ServerResponse,
    now: () => number,
  ) {
    this.#definition = definition;
    this.#query = query;
    this.#answer = answer;
    this.#response = response;
    this.#now = now;
  }

  write(type: string, object: KubernetesObject): void {
    this.#send({ type, object: this.#formed(object) });
  }

  bookmark(revision: number, annotations: JsonObject | undefined): void {
    const { resource } = this.#definition;
    const metadata: JsonObject = {
      resourceVersion: String(revision),
      creationTimestamp: null,
      ...(annotations ? { annotations } : {}),
    };
    const object: JsonObject = { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata };
    this.#send({ type: "BOOKMARK", object: this.#answer.form === "table" ? this.#formed(object) : object });
  }

  #formed(object: KubernetesObject): JsonObject {
    switch (this.#answer.form) {
      case "object":
        return object as JsonObject;
      case "partialMetadata":
        return partialMetadataOf(object);
      case "table": {
        const withColumns = this.#isFirst;
        this.#isFirst = false;
        return tableRowOf(this.#definition, object, includeObjectOf(this.#query), this.#now(), withColumns);
      }
    }
  }

  #send(event: JsonObject): void {
    this.#response.write(`${JSON.stringify(event)}\n`);
  }
}
