import type { Asker } from "../common/sentLog.ts";

/** The version that `kubectl version --client -o json` reports. */
export interface KubectlVersion {
  readonly major: number;
  readonly minor: number;
  readonly gitVersion: string;
}

/** What was found when looking for the real kubectl; each state has its own next thing to do. */
export type KubectlLookup =
  | { readonly state: "found"; readonly path: string; readonly version: KubectlVersion }
  | { readonly state: "missing"; readonly searched: readonly string[] }
  | { readonly state: "tooOld"; readonly path: string; readonly version: KubectlVersion }
  | { readonly state: "broken"; readonly path: string; readonly detail: string };

export interface KubectlRunOptions {
  readonly signal?: AbortSignal;
  /** Default 15 s; when it passes kubectl is killed and the outcome is "timedOut". */
  readonly timeLimitMs?: number;
  readonly stdin?: string;
  /** Working directory: the learner's course folder. */
  readonly directory?: string;
  /** On whose behalf; told to the log of what was sent. */
  readonly askedBy?: Asker;
}

/** How one run of kubectl ended. Only "ran" says anything about the cluster. */
export type KubectlOutcome =
  | {
      readonly state: "ran";
      readonly exitCode: number;
      readonly stdout: string;
      readonly stderr: string;
      readonly durationMs: number;
    }
  | { readonly state: "timedOut"; readonly limitMs: number; readonly stdout: string; readonly stderr: string }
  | { readonly state: "cancelled" }
  | { readonly state: "notFound"; readonly lookup: KubectlLookup }
  | { readonly state: "notStarted"; readonly detail: string }
  /** The identity guard refused: the address does not belong to the lesson cluster. */
  | { readonly state: "refused"; readonly detail: string };

/** Runs the real kubectl against one cluster identity and no other. */
export interface Kubectl {
  /** `args` without the program's name. The environment holds only the lesson cluster's KUBECONFIG. */
  run(args: readonly string[], options?: KubectlRunOptions): Promise<KubectlOutcome>;
}
