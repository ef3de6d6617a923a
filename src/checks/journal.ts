import type { WatchedChange } from "../clusters/cluster.ts";
import type { KubernetesObject } from "../common/kubernetes/objects.ts";
import type { FactName } from "../lessons/check.ts";

/** One line of the journal: something that became true of an object, in the server's order. */
export interface JournalEntry {
  readonly fact: FactName;
  readonly apiVersion: string;
  readonly plural: string;
  readonly name: string;
  readonly uid: string;
  /** The server's revision; undefined for what was already true when the watch began. */
  readonly revision?: string | undefined;
  /** When it happened: the object's own time where it was already there, else when it arrived (ms). */
  readonly at: number;
  /** Its place in the journal. */
  readonly sequence: number;
}

/** Turns watched changes into facts, once each; what an object was before decides what became true. */
export class Journal {
  readonly #entries: JournalEntry[] = [];
  readonly #last = new Map<string, KubernetesObject>();

  constructor(earlier: readonly JournalEntry[] = []) {
    this.#entries.push(...earlier);
  }

  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  /** Takes one change; returns the facts that it added. */
  record(change: WatchedChange): readonly JournalEntry[] {
    const { object, resource } = change;
    const uid = object.metadata?.uid ?? "";
    const before = this.#last.get(uid);
    const revision = object.metadata?.resourceVersion;
    if (before && before.metadata?.resourceVersion === revision && change.type !== "DELETED") {
      return [];
    }
    const { apiVersion, plural } = resource;
    const base = { apiVersion, plural, name: object.metadata?.name ?? "", uid };
    const facts = change.initial ? initialFacts(object, change.at) : newFacts(change, before);
    const added = facts
      .filter(({ fact }) => !(change.initial && this.#knows(fact, uid)))
      .map(({ fact, at }, index) => ({
        ...base,
        fact,
        at,
        ...(change.initial ? {} : { revision }),
        sequence: this.#entries.length + index,
      }));
    if (change.type === "DELETED") {
      this.#last.delete(uid);
    } else {
      this.#last.set(uid, object);
    }
    this.#entries.push(...added);
    return added;
  }

  /** After a reload the journal of before is there: what was already written is not written again. */
  #knows(fact: FactName, uid: string): boolean {
    return this.#entries.some((entry) => entry.fact === fact && entry.uid === uid);
  }
}

interface Happened {
  readonly fact: FactName;
  readonly at: number;
}

function initialFacts(object: KubernetesObject, at: number): readonly Happened[] {
  const facts: Happened[] = [{ fact: "created", at: time(object.metadata?.creationTimestamp, at) }];
  const ready = readyCondition(object);
  if (ready?.status === "True") {
    facts.push({ fact: "ready", at: time(ready.lastTransitionTime, at) });
  }
  if (object.metadata?.deletionTimestamp) {
    facts.push({ fact: "terminating", at });
  }
  return facts;
}

function newFacts(change: WatchedChange, before: KubernetesObject | undefined): readonly Happened[] {
  const { object, at } = change;
  const facts: FactName[] = before || change.type === "DELETED" ? [] : ["created"];
  const wasReady = before !== undefined && isReady(before);
  if (isReady(object) !== wasReady && change.type !== "DELETED") {
    facts.push(wasReady ? "notReady" : "ready");
  }
  if (object.metadata?.deletionTimestamp && !before?.metadata?.deletionTimestamp) {
    facts.push("terminating");
  }
  if (change.type === "DELETED") {
    facts.push("deleted");
  }
  return facts.map((fact) => ({ fact, at }));
}

interface ReadyCondition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime?: string;
}

function readyCondition(object: KubernetesObject): ReadyCondition | undefined {
  const status: unknown = Reflect.get(object, "status");
  const conditions: unknown = isRecord(status) ? status.conditions : undefined;
  return Array.isArray(conditions) ? conditions.find(isReadyCondition) : undefined;
}

function isReady(object: KubernetesObject): boolean {
  return readyCondition(object)?.status === "True";
}

function isReadyCondition(value: unknown): value is ReadyCondition {
  return isRecord(value) && value.type === "Ready" && typeof value.status === "string";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function time(text: string | undefined, otherwise: number): number {
  const parsed = text ? Date.parse(text) : Number.NaN;
  return Number.isNaN(parsed) ? otherwise : parsed;
}

/**
 * Whether `first` came no later than `second`. Revisions decide where both have one. Two that were found
 * when a watch began have only whole seconds, and those are all that can be compared; one that was found
 * came after what was written before it, and before what was watched after it.
 */
export function cameBefore(first: JournalEntry, second: JournalEntry): boolean {
  if (first.revision && second.revision) {
    return BigInt(first.revision) <= BigInt(second.revision);
  }
  if (first.revision || second.revision) {
    return first.sequence < second.sequence;
  }
  return Math.floor(first.at / 1000) <= Math.floor(second.at / 1000);
}
