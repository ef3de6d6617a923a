import type { Watch } from "@kubernetes/client-node/dist/watch.js";
import { type Clock, delay } from "../common/clock.ts";
import type { Disposable } from "../common/disposable.ts";
import type { KubernetesObject } from "../common/kubernetes/objects.ts";
import {
  ClusterRequestError,
  type ResourceSnapshot,
  type WatchedChange,
  type WatchedResource,
  type WatchListener,
  type WatchProblem,
} from "./cluster.ts";
import { type ListPage, listPath, parseListPage, parseWatchedObject } from "./listPage.ts";

/** A watch ends by itself after so long, and is taken up again where it stood. */
const watchSeconds = 240;
const firstBackoffMs = 200;
const longestBackoffMs = 4_000;

/** How a watch ended: "continue" where it stood, or "list" anew because the server forgot that version (410). */
type WatchEnd = "continue" | "list";

export interface ListWatchOptions {
  readonly resource: WatchedResource;
  /** Sends a guarded GET. Throws ClusterRequestError. */
  readonly get: (path: string, signal: AbortSignal) => Promise<unknown>;
  /** Confirms the cluster's identity before a watch is opened. Throws ClusterRequestError. */
  readonly confirm: () => Promise<void>;
  readonly watch: Pick<Watch, "watch">;
  readonly clock: Clock;
  /** Called with a sign of life, or when the connection broke. */
  readonly heard: () => void;
  readonly lost: (detail: string) => void;
  readonly random: () => number;
}

/**
 * Lists a resource once, then follows it: bookmarks keep the place, 410 lists anew, a broken connection is taken
 * up again with back-off and jitter. What is known stays while it cannot be asked, marked with the problem.
 */
export class ListWatch implements Disposable {
  readonly #options: ListWatchOptions;
  readonly #listeners = new Set<WatchListener>();
  readonly #ended = new AbortController();
  #objects = new Map<string, KubernetesObject>();
  #snapshot: ResourceSnapshot = { objects: new Map(), synced: false, confirmedAt: 0 };
  #version = "";

  constructor(options: ListWatchOptions) {
    this.#options = options;
    void this.#follow();
  }

  get isUnused(): boolean {
    return this.#listeners.size === 0;
  }

  /** Adds a listener and tells it, in a later turn, what is known. */
  add(listener: WatchListener): Disposable {
    this.#listeners.add(listener);
    const first = this.#options.clock.after(0, () => {
      if (this.#listeners.has(listener)) {
        this.#tellKnown(listener);
      }
    });
    return {
      dispose: () => {
        first.cancel();
        this.#listeners.delete(listener);
      },
    };
  }

  dispose(): void {
    this.#ended.abort();
    this.#listeners.clear();
  }

  async #follow(): Promise<void> {
    const { signal } = this.#ended;
    let failures = 0;
    let next: WatchEnd = "list";
    while (!signal.aborted) {
      try {
        if (next === "list") {
          await this.#list();
        }
        await this.#options.confirm();
        const startedAt = this.#options.clock.now();
        let heardSomething = false;
        next = await this.#watchOnce(() => {
          heardSomething = true;
          failures = 0;
        });
        if (!heardSomething && this.#options.clock.now() - startedAt < 1_000) {
          // a server that closes every watch at once must not be asked in a tight loop
          failures += 1;
          await this.#backOff(failures).catch(() => undefined);
        }
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        this.#fail(error);
        failures += 1;
        await this.#backOff(failures).catch(() => undefined);
        // what was missed during the break is found by listing: deletions too
        next = "list";
      }
    }
  }

  async #list(): Promise<void> {
    const { resource, get } = this.#options;
    const page: ListPage = parseListPage(await get(listPath(resource), this.#ended.signal), resource);
    this.#options.heard();
    const before = this.#objects;
    this.#objects = new Map(page.items.map((object) => [keyOf(object), object]));
    this.#version = page.resourceVersion;
    const wasSynced = this.#snapshot.synced;
    this.#renew();
    const changes = wasSynced ? differences(before, this.#objects) : [...this.#objects.values()].map(added);
    for (const { type, object } of changes) {
      this.#tell(this.#change(type, object, true));
    }
    this.#tell(undefined);
  }

  #watchOnce(onData: () => void): Promise<WatchEnd> {
    const { resource, watch, random } = this.#options;
    const parameters = {
      resourceVersion: this.#version,
      allowWatchBookmarks: true,
      timeoutSeconds: Math.round(watchSeconds * (0.8 + 0.4 * random())),
    };
    return new Promise((resolve, reject) => {
      let end: WatchEnd = "continue";
      const started = watch.watch(
        listPath(resource),
        parameters,
        (type: string, value: unknown) => {
          onData();
          this.#options.heard();
          try {
            if (type === "ERROR") {
              end = "list";
            } else {
              this.#receive(type, value);
            }
          } catch (error) {
            // the client library swallows what its callback throws
            reject(error);
          }
        },
        (error: unknown) => {
          if (error && statusCodeOf(error) !== 410) {
            reject(error);
          } else {
            resolve(error ? "list" : end);
          }
        },
      );
      started.then((controller) => {
        const abort = () => controller.abort();
        this.#ended.signal.addEventListener("abort", abort, { once: true });
        if (this.#ended.signal.aborted) {
          abort();
        }
      }, reject);
    });
  }

  #receive(type: string, value: unknown): void {
    const object = parseWatchedObject(value, this.#options.resource);
    this.#version = object.metadata?.resourceVersion ?? this.#version;
    if (type === "BOOKMARK") {
      this.#snapshot = { ...this.#snapshot, confirmedAt: this.#options.clock.now() };
      return;
    }
    if (type === "DELETED") {
      this.#objects.delete(keyOf(object));
    } else {
      this.#objects.set(keyOf(object), object);
    }
    this.#renew();
    this.#tell(this.#change(type === "DELETED" || type === "ADDED" ? type : "MODIFIED", object, false));
  }

  #renew(): void {
    this.#snapshot = {
      objects: new Map(this.#objects),
      synced: true,
      confirmedAt: this.#options.clock.now(),
    };
  }

  #fail(error: unknown): void {
    const problem = problemOf(error);
    if (problem.reason === "unreachable") {
      this.#options.lost(problem.detail);
    }
    const isNews = this.#snapshot.problem?.reason !== problem.reason;
    this.#snapshot = { ...this.#snapshot, problem };
    if (isNews) {
      this.#tell(undefined);
    }
  }

  #backOff(failures: number): Promise<void> {
    const { clock, random } = this.#options;
    const limitMs = Math.min(longestBackoffMs, firstBackoffMs * 2 ** (failures - 1));
    return delay(clock, limitMs * (0.5 + 0.5 * random()), this.#ended.signal);
  }

  #change(type: WatchedChange["type"], object: KubernetesObject, initial: boolean): WatchedChange {
    return { type, object, resource: this.#options.resource, at: this.#options.clock.now(), initial };
  }

  #tell(change: WatchedChange | undefined): void {
    for (const listener of this.#listeners) {
      listener.changed(this.#snapshot, change);
    }
  }

  #tellKnown(listener: WatchListener): void {
    for (const object of this.#objects.values()) {
      listener.changed(this.#snapshot, this.#change("ADDED", object, true));
    }
    listener.changed(this.#snapshot, undefined);
  }
}

function keyOf(object: KubernetesObject): string {
  const { namespace, name = "" } = object.metadata ?? {};
  return namespace ? `${namespace}/${name}` : name;
}

function added(object: KubernetesObject): { type: WatchedChange["type"]; object: KubernetesObject } {
  return { type: "ADDED", object };
}

/** What happened between two lists, as the changes that a watch would have told. */
function differences(
  before: ReadonlyMap<string, KubernetesObject>,
  after: ReadonlyMap<string, KubernetesObject>,
): { type: WatchedChange["type"]; object: KubernetesObject }[] {
  const changes: { type: WatchedChange["type"]; object: KubernetesObject }[] = [];
  for (const [key, object] of before) {
    if (after.get(key)?.metadata?.uid !== object.metadata?.uid) {
      changes.push({ type: "DELETED", object });
    }
  }
  for (const [key, object] of after) {
    const old = before.get(key);
    if (old?.metadata?.uid !== object.metadata?.uid) {
      changes.push(added(object));
    } else if (old?.metadata?.resourceVersion !== object.metadata?.resourceVersion) {
      changes.push({ type: "MODIFIED", object });
    }
  }
  return changes;
}

function statusCodeOf(error: unknown): number | undefined {
  if (error instanceof ClusterRequestError) {
    return error.code;
  }
  if (typeof error === "object" && error !== null && "statusCode" in error) {
    return typeof error.statusCode === "number" ? error.statusCode : undefined;
  }
  return undefined;
}

function problemOf(error: unknown): WatchProblem {
  const detail = error instanceof Error ? error.message : String(error);
  const code = statusCodeOf(error);
  if (code === 403 || code === 401) {
    return { reason: "forbidden", detail };
  }
  return { reason: code === 404 ? "noSuchResource" : "unreachable", detail };
}
