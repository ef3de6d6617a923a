/** One request that was answered. */
export interface AuditEntry {
  /** Counts up over all entries, so that a reader can ask for what came after. */
  readonly sequence: number;
  /** When it arrived (RFC 3339). */
  readonly time: string;
  /** Over HTTPS, or from a component inside the cluster's process; of those only writes are kept. */
  readonly source: "https" | "component";
  readonly user: string;
  readonly userAgent: string;
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** Of an HTTPS request, with its query. */
  readonly path: string;
  /** The HTTP status of the answer. */
  readonly code: number;
}

const capacity = 2_000;

/** The newest requests in memory, so many of each source: what components do never pushes out what people did. */
export class AuditLog {
  readonly #entries: Record<AuditEntry["source"], AuditEntry[]> = { https: [], component: [] };
  #sequence = 0;

  add(entry: Omit<AuditEntry, "sequence">): void {
    this.#sequence += 1;
    const ring = this.#entries[entry.source];
    ring.push({ sequence: this.#sequence, ...entry });
    if (ring.length > capacity * 2) {
      ring.splice(0, capacity);
    }
  }

  /** The kept entries after a sequence number, in order. */
  after(sequence: number, source?: AuditEntry["source"]): readonly AuditEntry[] {
    const sources: AuditEntry["source"][] = source === undefined ? ["https", "component"] : [source];
    return sources
      .flatMap((each) => this.#entries[each].slice(-capacity))
      .filter((entry) => entry.sequence > sequence)
      .sort((a, b) => a.sequence - b.sequence);
  }

  /** The number of the newest entry. */
  get sequence(): number {
    return this.#sequence;
  }
}
