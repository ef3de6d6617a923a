import type { LocalizedText } from "../common/language.ts";
import type { StepProgress } from "../lessons/progress.ts";
import type { CheckView } from "./verdict.ts";

/** A Pod or claim of the chapter, as the LIVE panel shows it. */
export interface LiveObject {
  readonly kind: "Pod" | "PersistentVolumeClaim";
  readonly name: string;
  readonly uid: string;
  /** "Running", "Pending", "CreateContainerConfigError", "Terminating", "Bound": kubectl's own word. */
  readonly status: string;
  /** For Pods: "1/1". For claims: the capacity. */
  readonly detail: string;
  readonly tone: "good" | "waiting" | "bad";
  /** Since when it exists (ms since the epoch). */
  readonly createdAt: number;
}

/** Everything about an open step; a listener gets the whole of it each time something changed. */
export interface StepSnapshot {
  readonly stepId: string;
  readonly namespace: string;
  /** "preparing": the start state is being put on the cluster. */
  readonly phase: "preparing" | "open" | "failed";
  /** With "failed" or while the cluster is away: what happened and what to do. */
  readonly problem?: LocalizedText | undefined;
  readonly checks: readonly CheckView[];
  readonly live: readonly LiveObject[];
  /** When the live objects were last confirmed; older than now while the cluster is away. */
  readonly liveConfirmedAt: number;
  /** Files that the lesson speaks of and that are not in the learner's folder. */
  readonly missingFiles: readonly string[];
  readonly progress: StepProgress;
  readonly passed: boolean;
}

/** What the host and the tools may do with an open step. */
export interface StepSession {
  readonly snapshot: StepSnapshot;
  answer(questionId: string, value: string): Promise<void>;
  /** Writes a file of the lesson that is missing; what is there is left alone. */
  createFile(file: string): Promise<void>;
  /** A command ended in the terminal: checks that no watch can wake are evaluated again. */
  commandEnded(): void;
  showHint(): Promise<void>;
  showSolution(): Promise<void>;
  /** What `reset` would remove, as "Kind/name". */
  whatResetRemoves(): Promise<readonly string[]>;
  /** Removes the chapter's objects and puts the start state on the cluster again; edited files are copied first. */
  reset(): Promise<void>;
  dispose(): void;
}
