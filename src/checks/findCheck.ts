import type { Check } from "../lessons/check.ts";
import type { Step } from "../lessons/course.ts";
import type { StepProgress } from "../lessons/progress.ts";
import { evaluateAnswerCheck } from "./answerCheck.ts";
import { evaluateApiCheck, loadingWords } from "./apiCheck.ts";
import { evaluateFileCheck } from "./fileCheck.ts";
import type { LearnerFiles } from "./learnerFiles.ts";
import type { StepObserver } from "./stepObserver.ts";
import { evaluateTraceCheck } from "./traceCheck.ts";
import type { Finding } from "./verdict.ts";

/** All that checks look at: cluster, files and answers. */
export interface CheckSources {
  readonly step: Step;
  /** Undefined until the step follows the cluster. */
  readonly observer: StepObserver | undefined;
  readonly files: LearnerFiles;
  readonly progress: StepProgress;
}

/** What one check finds now; "not yet" with the loading words while its source is still being read. */
export function findCheck(check: Check, { step, observer, files, progress }: CheckSources): Finding {
  const loading: Finding = {
    verdict: { state: "notYet", message: loadingWords },
    observed: "",
    expected: check.expected,
  };
  if (!observer) {
    return loading;
  }
  switch (check.kind) {
    case "api":
      return evaluateApiCheck(check, observer);
    case "trace":
      return evaluateTraceCheck(check, observer.entries, observer);
    case "kubectl":
      return observer.findingOf(check.id) ?? loading;
    case "file":
      return evaluateFileCheck(check, files.contentOf(check.file));
    case "answer": {
      const question = step.questions.find(({ id }) => id === check.question);
      return question
        ? evaluateAnswerCheck(check, question, progress.answers[check.question], observer)
        : loading;
    }
  }
}
