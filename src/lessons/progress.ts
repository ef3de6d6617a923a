/** What is kept of a learner's way through one course on one cluster. */
export interface Progress {
  readonly course: string;
  /** UID of the cluster's kube-system: another cluster has another progress. */
  readonly cluster: string;
  readonly steps: Readonly<Record<string, StepProgress>>;
  readonly lastStep?: string | undefined;
}

export interface StepProgress {
  /** When the start state was put on the cluster (ms since the epoch). */
  readonly startedAt?: number | undefined;
  readonly passedAt?: number | undefined;
  /** Check id → when it first passed. */
  readonly passedChecks: Readonly<Record<string, number>>;
  /** Question id → choice id or text. */
  readonly answers: Readonly<Record<string, string>>;
  readonly hintsShown: number;
  readonly solutionShown: boolean;
  /** Ids of the faults that were hidden when the step began. */
  readonly faults?: readonly string[] | undefined;
}

export const emptyStepProgress: StepProgress = {
  passedChecks: {},
  answers: {},
  hintsShown: 0,
  solutionShown: false,
};

/** What is known about the step, or that nothing is. */
export function stepProgress(progress: Progress, stepId: string): StepProgress {
  return progress.steps[stepId] ?? emptyStepProgress;
}

/** A copy in which the step's progress has changed. */
export function withStep(
  progress: Progress,
  stepId: string,
  change: (before: StepProgress) => StepProgress,
): Progress {
  return { ...progress, steps: { ...progress.steps, [stepId]: change(stepProgress(progress, stepId)) } };
}
