import type { Language } from "./language.ts";

/** On whose behalf something was sent. */
export type Asker =
  | "connect"
  | "guard"
  | "watch"
  | "start"
  | "reset"
  | "lens"
  /** A check, by its id. */
  | `check ${string}`
  | "other";

/** One request or call of kubectl that the extension itself sent, or refused to send. */
export interface SentEntry {
  /** When it began (ms since the epoch). */
  readonly at: number;
  readonly askedBy: Asker;
  /** Verb and object: "GET /api/v1/nodes", "kubectl get pods". Values of Secrets are masked before they come here. */
  readonly what: string;
  /** "200", "404 NotFound", "exit code 1", "refused: …". */
  readonly result: string;
  readonly durationMs: number;
}

/** So many entries are kept; the oldest go first. */
const mostEntries = 2_000;

/** Remembers, in memory, what this window's extension sent to the lesson cluster. */
export class SentLog {
  readonly #entries: SentEntry[] = [];
  readonly #listeners = new Set<(entry: SentEntry) => void>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  get entries(): readonly SentEntry[] {
    return this.#entries;
  }

  /** Begins an entry; it is kept when the returned function is called with the result. */
  begin(askedBy: Asker, what: string): (result: string) => void {
    const at = this.#now();
    return (result) => this.#add({ at, askedBy, what, result, durationMs: this.#now() - at });
  }

  /** Calls the listener with each entry from now on. */
  onAdded(listener: (entry: SentEntry) => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  #add(entry: SentEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > mostEntries) {
      this.#entries.shift();
    }
    for (const listener of this.#listeners) {
      listener(entry);
    }
  }
}

const askers: Record<Language, Readonly<Record<string, string>>> = {
  ja: {
    connect: "接続",
    guard: "接続先の照合",
    watch: "監視",
    start: "開始状態",
    reset: "やり直し",
    lens: "レンズ",
    check: "確認",
    other: "その他",
  },
  en: {
    connect: "connecting",
    guard: "identity",
    watch: "watching",
    start: "start state",
    reset: "starting over",
    lens: "lens",
    check: "check",
    other: "other",
  },
};

/** An entry as one line: time, who asked, what was sent, how it ended and how long it took. */
export function sentLine({ at, askedBy, what, result, durationMs }: SentEntry, language: Language): string {
  const [kind = "", ...rest] = askedBy.split(" ");
  const who = [askers[language][kind] ?? kind, ...rest].join(" ");
  const time = new Date(at).toISOString().slice(11, 23);
  // what spans lines (a patch, a script) stays one entry a line
  const parts = [time, `[${who}]`, what, "→", result, `(${Math.round(durationMs)} ms)`];
  return parts.join(" ").replaceAll(/\s+/g, " ");
}
