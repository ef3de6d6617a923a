/** What an event says, as far as it tells it from others. */
export interface EventFacts {
  /** The recorder and the object. */
  readonly about: string;
  readonly fieldPath: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** How an event is to be written. */
export interface Correlated {
  /** Events of one key are one Event, counted up. */
  readonly key: string;
  readonly message: string;
  /** It stands for many that differ by their message only. */
  readonly isCombined: boolean;
}

interface Similar {
  readonly messages: Set<string>;
  readonly lastAt: number;
}

interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

const mostSimilar = 10;
const similarMs = 600_000;
const burst = 25;
const refillMs = 300_000;
const mostRemembered = 4_096;

/**
 * Keeps what repeats from flooding the cluster, after client-go's tools/record/events_cache.go: from ten messages on
 * that differ in ten minutes, events of a reason are combined into one; and of each object one source may tell
 * twenty-five times at once, then once in five minutes.
 */
export class EventCorrelator {
  readonly #similar = new Map<string, Similar>();
  readonly #buckets = new Map<string, Bucket>();

  /** How to write the event; undefined when it is one too many. */
  correlate(facts: EventFacts, now: number): Correlated | undefined {
    const correlated = this.#combine(facts, now);
    return this.#accepts([facts.about, facts.type].join("\u0000"), now) ? correlated : undefined;
  }

  #combine({ about, fieldPath, type, reason, message }: EventFacts, now: number): Correlated {
    const kind = [about, type, reason].join("\u0000");
    const known = this.#similar.get(kind);
    const messages = known && now - known.lastAt <= similarMs ? known.messages : new Set<string>();
    messages.add(message);
    remember(this.#similar, kind, { messages, lastAt: now });
    if (messages.size < mostSimilar) {
      return { key: [kind, fieldPath, message].join("\u0000"), message, isCombined: false };
    }
    const [oldest = ""] = messages;
    messages.delete(oldest);
    return { key: kind, message: `(combined from similar events): ${message}`, isCombined: true };
  }

  #accepts(key: string, now: number): boolean {
    const { tokens, at } = this.#buckets.get(key) ?? { tokens: burst, at: now };
    const available = Math.min(burst, tokens + (now - at) / refillMs);
    const isAccepted = available >= 1;
    remember(this.#buckets, key, { tokens: isAccepted ? available - 1 : available, at: now });
    return isAccepted;
  }
}

/** Bounded: what was used least recently is forgotten. */
function remember<T>(memory: Map<string, T>, key: string, value: T): void {
  memory.delete(key);
  memory.set(key, value);
  const oldest = memory.keys().next().value;
  if (memory.size > mostRemembered && oldest !== undefined) {
    memory.delete(oldest);
  }
}
