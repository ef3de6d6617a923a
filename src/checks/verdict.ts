import type { LocalizedText } from "../common/language.ts";
import type { Check } from "../lessons/check.ts";

/** What a check says just now. A check that cannot be evaluated is never wrong. */
export type Verdict =
  | {
      readonly state: "passed";
      /** Set when it passed earlier and would not pass now: what the world looks like since. */
      readonly movedOn?: LocalizedText | undefined;
    }
  /** May come by itself: what is awaited. */
  | { readonly state: "notYet"; readonly message: LocalizedText }
  /** Will not come by itself: what makes the difference. */
  | { readonly state: "wrong"; readonly message: LocalizedText }
  /** Unreachable, forbidden, too old: which, and the one thing to do. */
  | { readonly state: "cannotTell"; readonly message: LocalizedText; readonly remedy: LocalizedText };

export type VerdictState = Verdict["state"];

/** What one evaluation found; the session makes a CheckView of it. */
export interface Finding {
  readonly verdict: Verdict;
  /** As seen, in the words of the cluster or of kubectl. */
  readonly observed: string;
  readonly expected: LocalizedText;
  /** Where in the learner's file (one-based), for file checks. */
  readonly location?: FileLocation | undefined;
}

export interface FileLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A check as the page shows it. */
export interface CheckView {
  readonly id: string;
  readonly kind: Check["kind"];
  readonly title: LocalizedText;
  readonly verdict: Verdict;
  /** The query as commands that the learner can run; empty for answers. */
  readonly commands: readonly string[];
  readonly observed: string;
  readonly expected: LocalizedText;
  readonly location?: FileLocation | undefined;
  /** When it was last evaluated, and since when the verdict's state is what it is (ms since the epoch). */
  readonly at: number;
  readonly since: number;
}
