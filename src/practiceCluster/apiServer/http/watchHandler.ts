import type { ServerResponse } from "node:http";
import type { Timer } from "../../../common/clock.ts";
import type { Disposable } from "../../../common/disposable.ts";
import type { JsonObject, KubernetesObject } from "../../../common/kubernetes/objects.ts";
import { ApiError } from "../../api/apiError.ts";
import { apiVersionOf } from "../../api/resource.ts";
import { selectedEvent } from "../localClient.ts";
import { refusals } from "../requests/errors.ts";
import type { Pipeline, Selection } from "../requests/pipeline.ts";
import type { ResourceDefinition } from "../resources/definition.ts";
import type { ListOptions } from "./listOptions.ts";
import type { AnswerForm } from "./mediaType.ts";
import { SlowReader } from "./slowReader.ts";
import { bookmarkTableOf, type IncludeObject, partialMetadataOf, tableRowOf } from "./tableAnswer.ts";

/** Bookmarks come about once a minute and shortly before the end, as from the real server. */
const bookmarkMs = 60_000;
const lastBookmarkMs = 2_000;
const defaultTimeoutSeconds = 1_800;
/** A watch ends a little after its time, never before: clients take a watch shorter than a second for a fault. */
const endingMs = 100;

/**
 * A kubectl that gives up waiting after a second closes its watch, and when it had no event from it by then it may warn
 * of a watch that was too short. So it gets a first bookmark soon, as servers are free to send them.
 */
const firstBookmarkMs = 100;

/** How events are to be written. */
export interface WatchForm extends AnswerForm {
  readonly include: IncludeObject;
  /** The program that asks, from its user agent. */
  readonly program: string;
}

/**
 * Streams the changes of a selection. Begins at `resourceVersion`, or with what there is and, where bookmarks are allowed,
 * one that says when that was all. A version that is forgotten ends the stream with an ERROR event (410).
 */
export function watchObjects(
  pipeline: Pipeline,
  definition: ResourceDefinition,
  selection: Selection,
  options: ListOptions,
  form: WatchForm,
  response: ServerResponse,
): void {
  const { store, clock } = pipeline;
  const groupResource = pipeline.storedAs(definition.resource);
  const shown = pipeline.shownChanges(definition.resource);
  const matches = pipeline.matcherOf(definition.resource, selection);
  const from = startRevision(options, store.revision);
  const writer = new EventWriter(definition, form, new SlowReader(response, clock), () => clock.now());
  response.writeHead(200, { "content-type": "application/json", "cache-control": "no-cache, private" });
  response.flushHeaders();
  if (from !== undefined && !store.changesSince(groupResource, from)) {
    const oldest = store.oldestWatchableRevision(groupResource);
    writer.error(refusals.expired(`too old resource version: ${from} (${oldest})`));
    response.end();
    return;
  }
  if (from === undefined) {
    writeInitialEvents(pipeline, definition, selection, options, writer);
  }
  const subscription = store.subscribe(
    groupResource,
    (changes) => {
      for (const change of changes) {
        const event = selectedEvent(shown(change), matches);
        if (event) {
          writer.write(event.type, event.object);
        }
      }
    },
    from ?? store.revision,
  );
  const seconds = options.timeoutSeconds || defaultTimeoutSeconds;
  const bookmarks = options.allowsBookmarks
    ? writeBookmarks(pipeline, writer, seconds * 1000, form.program.startsWith("kubectl"))
    : undefined;
  const ending = clock.after(seconds * 1000 + endingMs, () => response.end());
  response.on("close", () => {
    subscription.dispose();
    bookmarks?.dispose();
    ending.cancel();
  });
}

function writeInitialEvents(
  pipeline: Pipeline,
  { resource }: ResourceDefinition,
  selection: Selection,
  options: ListOptions,
  writer: EventWriter,
): void {
  for (const object of pipeline.list(resource, selection)) {
    writer.write("ADDED", object);
  }
  if (options.sendsInitialEvents && options.allowsBookmarks) {
    writer.bookmark(pipeline.store.revision, { "k8s.io/initial-events-end": "true" });
  }
}

/** The revision after which to begin; undefined: begin with everything there is. */
function startRevision(options: ListOptions, current: number): number | undefined {
  const { resourceVersion, sendsInitialEvents } = options;
  if (resourceVersion !== "" && !/^\d+$/.test(resourceVersion)) {
    const text = JSON.stringify(resourceVersion);
    // the real server's watch does not turn this into a bad request, as its list does
    throw new ApiError(
      500,
      "",
      `resourceVersion: Invalid value: ${text}: strconv.ParseUint: parsing ${text}: invalid syntax`,
    );
  }
  if (sendsInitialEvents) {
    return undefined;
  }
  // of a version that is yet to come, only what comes after it is told
  const wanted = Number(resourceVersion);
  return wanted === 0 ? current : wanted;
}

function writeBookmarks(
  { store, clock }: Pipeline,
  writer: EventWriter,
  totalMs: number,
  hasEarlyOne: boolean,
): Disposable {
  const endsAt = clock.now() + totalMs;
  let timer: Timer | undefined;
  const setNext = (delayMs: number) => {
    const untilLast = endsAt - lastBookmarkMs - clock.now();
    if (untilLast > 0) {
      timer = clock.after(Math.min(delayMs, untilLast), () => {
        writer.bookmark(store.revision, undefined);
        setNext(bookmarkMs);
      });
    }
  };
  setNext(hasEarlyOne ? firstBookmarkMs : bookmarkMs);
  return { dispose: () => timer?.cancel() };
}

/** Writes watch events, one JSON document a line. */
class EventWriter {
  readonly #definition: ResourceDefinition;
  readonly #form: WatchForm;
  readonly #reader: SlowReader;
  readonly #now: () => number;
  #isFirst = true;

  constructor(definition: ResourceDefinition, form: WatchForm, reader: SlowReader, now: () => number) {
    this.#definition = definition;
    this.#form = form;
    this.#reader = reader;
    this.#now = now;
  }

  write(type: string, object: KubernetesObject): void {
    this.#send({ type, object: this.#formed(object) });
  }

  error({ status }: ApiError): void {
    this.#send({ type: "ERROR", object: status });
  }

  bookmark(revision: number, annotations: JsonObject | undefined): void {
    const { resource } = this.#definition;
    const metadata: JsonObject = {
      resourceVersion: String(revision),
      creationTimestamp: null,
      ...(annotations ? { annotations } : {}),
    };
    const object: JsonObject = { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata };
    this.#send({
      type: "BOOKMARK",
      object: this.#form.form === "table" ? this.#bookmarkTable(object) : object,
    });
  }

  #bookmarkTable(bookmark: JsonObject): JsonObject {
    const withColumns = this.#isFirst;
    this.#isFirst = false;
    return bookmarkTableOf(this.#definition, bookmark as KubernetesObject, this.#form.include, withColumns);
  }

  #formed(object: KubernetesObject): JsonObject {
    switch (this.#form.form) {
      case "object":
        return object as JsonObject;
      case "partialMetadata":
        return partialMetadataOf(object);
      case "table": {
        const withColumns = this.#isFirst;
        this.#isFirst = false;
        return tableRowOf(this.#definition, object, this.#form.include, this.#now(), withColumns);
      }
    }
  }

  #send(event: { readonly type: string; readonly object: object }): void {
    this.#reader.write(`${JSON.stringify(event)}\n`);
  }
}
