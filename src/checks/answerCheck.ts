import type { LocalizedText } from "../common/language.ts";
import type { AnswerCheck } from "../lessons/check.ts";
import type { Question } from "../lessons/course.ts";
import { withVariables } from "./apiCheck.ts";
import { celValue, fillTemplate, show } from "./cel.ts";
import type { ClusterView } from "./lookup.ts";
import type { Finding, Verdict } from "./verdict.ts";

const unanswered: Record<Question["purpose"], LocalizedText> = {
  prediction: {
    ja: "まだ予想していません。当たらなくてもかまいません。",
    en: "You have not predicted yet. It need not be right.",
  },
  question: { ja: "まだ答えていません。", en: "You have not answered yet." },
};

/** Evaluates an answer. A prediction passes as soon as it is made; what happens later is shown beside it. */
export function evaluateAnswerCheck(
  check: AnswerCheck,
  question: Question,
  answer: string | undefined,
  view: ClusterView,
): Finding {
  return withVariables(check, view, (variables) => ({
    verdict: verdictOf(check, question, answer?.trim(), variables),
    observed: shownAnswer(question, answer),
  }));
}

function verdictOf(
  check: AnswerCheck,
  question: Question,
  answer: string | undefined,
  variables: Readonly<Record<string, unknown>>,
): Verdict {
  if (!answer) {
    return { state: "notYet", message: unanswered[question.purpose] };
  }
  if (question.form === "choice") {
    const choice = question.choices.find(({ id }) => id === answer);
    if (!choice) {
      return { state: "notYet", message: unanswered[question.purpose] };
    }
    return choice.correct || question.purpose === "prediction"
      ? { state: "passed" }
      : { state: "wrong", message: choice.feedback };
  }
  const accepted = check.accepts === undefined ? undefined : celValue(check.accepts, variables);
  const known = { ...variables, answer };
  return accepted !== undefined && String(accepted) === answer
    ? { state: "passed" }
    : { state: "wrong", message: fillTemplate(check.say ?? check.expected, known) };
}

function shownAnswer(question: Question, answer: string | undefined): string {
  if (question.form === "choice") {
    const choice = question.choices.find(({ id }) => id === answer);
    return choice ? choice.id : "";
  }
  return show(answer ?? "");
}
