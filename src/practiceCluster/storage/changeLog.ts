import type { KubernetesObject } from "../../common/kubernetes/objects.ts";

/** One write, as watchers and the journal see it. */
export interface Change {
  readonly revision: number;
  /** `statefulsets.apps`, `pods`. */
  readonly groupResource: string;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  /** The object after the write; for DELETED its last state, with the revision of the deletion. */
  readonly object: KubernetesObject;
  /** The object before the write: a selector may have matched it although it does not match any more. */
  readonly previous: KubernetesObject | undefined;
}

/** The most changes of one resource that a watch can be taken up from; older ones answer 410. */
const windowSize = 4_000;

/** The recent changes of one resource, in order. */
export class ChangeLog {
  #changes: Change[] = [];
  #forgottenUpTo: number;

  /** `startRevision`: changes up to it were never in the log (it was loaded from disk). */
  constructor(startRevision: number) {
    this.#forgottenUpTo = startRevision;
  }

  get forgottenUpTo(): number {
    return this.#forgottenUpTo;
  }

  add(change: Change): void {
    this.#changes.push(change);
  }

  /** Forgets what is beyond the window. Called only when everything was delivered: a burst in one turn loses nothing. */
  trim(): void {
    if (this.#changes.length > windowSize * 2) {
      const dropped = this.#changes.splice(0, windowSize);
      this.#forgottenUpTo = dropped.at(-1)?.revision ?? this.#forgottenUpTo;
    }
  }

  /** The changes after `revision`, or undefined when some of them are forgotten. */
  since(revision: number): readonly Change[] | undefined {
    if (revision < this.#forgottenUpTo) {
      return undefined;
    }
    let low = 0;
    let high = this.#changes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#changes[middle]?.revision ?? 0) <= revision) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return this.#changes.slice(low);
  }
}
