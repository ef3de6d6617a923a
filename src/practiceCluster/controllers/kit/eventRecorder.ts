import type { IEvent } from "kubernetes-models/v1/Event";
import type { Clock } from "../../../common/clock.ts";
import type { KubernetesObject } from "../../../common/kubernetes/objects.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { events } from "../../api/resources.ts";
import { type Correlated, EventCorrelator } from "./eventCorrelator.ts";
import { timeText } from "./times.ts";

/** What an event tells of. */
export interface EventSubject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly object: KubernetesObject;
  /** A part of the object: "spec.containers{nginx}". */
  readonly fieldPath?: string;
}

export type EventType = "Normal" | "Warning";

/**
 * Writes Events as client-go's recorder does: one that repeats is counted up instead of written again, and an
 * object that has too much to tell is listened to less.
 */
export class EventRecorder {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #component: string;
  readonly #host: string | undefined;
  readonly #correlator = new EventCorrelator();
  readonly #known = new Map<string, string>();

  constructor(client: ApiClient, clock: Clock, component: string, host?: string) {
    this.#client = client;
    this.#clock = clock;
    this.#component = component;
    this.#host = host;
  }

  /** Records one event. An event about an object whose namespace is going is dropped, as on a real cluster. */
  record(subject: EventSubject, type: EventType, reason: string, message: string): void {
    const { apiVersion, kind, object, fieldPath = "" } = subject;
    const { namespace = "default", name = "", uid = "" } = object.metadata ?? {};
    const about = [apiVersion, kind, namespace, name, uid].join("\u0000");
    const facts = { about, fieldPath, type, reason, message };
    const correlated = this.#correlator.correlate(facts, this.#clock.now());
    if (correlated && !this.#countUp(correlated, namespace)) {
      this.#create(subject, type, reason, correlated);
    }
  }

  #create(
    { apiVersion, kind, object, fieldPath }: EventSubject,
    type: EventType,
    reason: string,
    { key, message, isCombined }: Correlated,
  ): void {
    const { namespace = "default", name = "", uid = "", resourceVersion = "" } = object.metadata ?? {};
    const time = timeText(this.#clock.now());
    const eventName = `${name}.${nextNanosecond(this.#clock.now()).toString(16)}`;
    const event: IEvent = {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: eventName, namespace },
      involvedObject: {
        apiVersion,
        kind,
        name,
        namespace,
        uid,
        resourceVersion,
        ...(fieldPath ? { fieldPath } : {}),
      },
      reason,
      message,
      type,
      source: { component: this.#component, ...(this.#host ? { host: this.#host } : {}) },
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
      reportingComponent: isCombined ? "" : this.#component,
      reportingInstance: isCombined ? "" : (this.#host ?? ""),
    };
    try {
      this.#client.create(events, event);
      this.#remember(key, eventName);
    } catch {
      // the namespace is being deleted: nobody will read it
    }
  }

  #countUp({ key, message }: Correlated, namespace: string): boolean {
    const name = this.#known.get(key);
    const old = name ? this.#client.find(events, { namespace, name }) : undefined;
    if (!old) {
      return false;
    }
    this.#client.update(events, {
      ...structuredClone(old),
      count: (old.count ?? 1) + 1,
      lastTimestamp: timeText(this.#clock.now()),
      message,
    });
    return true;
  }

  /** Bounded: the oldest keys are forgotten, and then simply begin a new event. */
  #remember(key: string, name: string): void {
    this.#known.set(key, name);
    if (this.#known.size > 4_096) {
      const oldest = this.#known.keys().next().value;
      if (oldest !== undefined) {
        this.#known.delete(oldest);
      }
    }
  }
}

let lastNanosecond = 0n;

/** The time in nanoseconds, later than any that was given before: names of Events are in the order of their making. */
function nextNanosecond(milliseconds: number): bigint {
  const now = BigInt(Math.floor(milliseconds)) * 1_000_000n;
  lastNanosecond = now > lastNanosecond ? now : lastNanosecond + 1n;
  return lastNanosecond;
}
