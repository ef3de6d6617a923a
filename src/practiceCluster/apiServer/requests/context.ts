import type { FieldValidation } from "../schema/decode.ts";

/** Who asks, and how. */
export interface RequestContext {
  readonly userName: string;
  readonly groups: readonly string[];
  readonly userId?: string | undefined;
  readonly extra?: Readonly<Record<string, readonly string[]>> | undefined;
  /** What managedFields names as the writer. */
  readonly fieldManager: string;
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  /** The time of the request, read once (ms since the epoch). */
  readonly now: number;
  /** Collects texts for Warning headers. */
  readonly warnings: string[];
}

/** The last second that RFC 3339 can write: a grace period may be longer than that. */
const latestMs = Date.UTC(9999, 11, 31, 23, 59, 59);

/** An RFC 3339 time of whole seconds, as metav1.Time writes it. */
export function timeText(milliseconds: number): string {
  return `${new Date(Math.min(milliseconds, latestMs)).toISOString().slice(0, 19)}Z`;
}
