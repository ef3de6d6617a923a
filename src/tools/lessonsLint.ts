import { join } from "node:path";
import { celSyntaxError, placeholders } from "../checks/cel.ts";
import type { LocalizedText } from "../common/language.ts";
import type { Check } from "../lessons/check.ts";
import type { AvoidedWords, ScriptEntry, Step } from "../lessons/course.ts";
import type { LoadedCourse } from "../lessons/loadCourse.ts";
import type { LoadedStep } from "../lessons/loadStep.ts";
import type { LessonProblem } from "../lessons/problem.ts";
import { avoidedIn, localizedTexts } from "./lessonsWords.ts";

/** What reading alone cannot tell: references between the parts, CEL syntax, mutants for every check, terms. */
export function lintCourse({ course, problems, steps }: LoadedCourse): readonly LessonProblem[] {
  const terms = new Set(course?.glossary.map(({ id }) => id));
  const avoided = course?.avoided ?? [];
  const ends = (course?.chapters ?? []).flatMap(({ number, end }) =>
    [
      ...lintLanguages(`the summary of chapter ${number}`, end.summary),
      ...avoidedIn(localizedTexts(end), avoided).map((word) => `chapter ${number}'s end says ${word}`),
    ].map((message) => ({
      file: join(course?.folder ?? "", `chapter ${number}`, "end"),
      line: 1,
      column: 1,
      rule: "translation",
      message,
    })),
  );
  return [...problems, ...ends, ...steps.flatMap((step) => lintStep(step, terms, avoided))];
}

function lintStep(
  { step, source }: LoadedStep,
  terms: ReadonlySet<string>,
  avoided: readonly AvoidedWords[],
): readonly LessonProblem[] {
  if (!step || !source) {
    return [];
  }
  const problems: LessonProblem[] = [];
  const report = (path: readonly (string | number)[], rule: string, message: string) =>
    problems.push({ file: source.file, ...source.positionOf(path), rule, message });
  lintChecks(step, report);
  lintMutants(step, report);
  lintFaults(step, report);
  for (const [index, term] of step.terms.entries()) {
    if (!terms.has(term)) {
      report(["terms", index], "glossary", `the glossary does not explain ${term}`);
    }
  }
  for (const word of avoidedIn(localizedTexts(step), avoided)) {
    report([], "words", `a text says ${word}`);
  }
  lintScript(step, step.solution, ["solution"], report);
  for (const [index, { does }] of step.ways.entries()) {
    lintScript(step, does, ["ways", index, "does"], report);
  }
  return [...problems, ...lintTexts(step)];
}

type Report = (path: readonly (string | number)[], rule: string, message: string) => void;

function lintChecks(step: Step, report: Report): void {
  for (const [index, check] of step.checks.entries()) {
    for (const expression of expressionsOf(check)) {
      const error = celSyntaxError(expression);
      if (error) {
        report(["checks", index], "cel", `${expression}: ${error}`);
      }
    }
    if (!step.mutants.some(({ caughtBy }) => caughtBy.some((caught) => caught.check === check.id))) {
      report(["checks", index], "mutant", `no mutant is caught by the check ${check.id}`);
    }
    if (check.kind === "answer" && !step.questions.some(({ id }) => id === check.question)) {
      report(["checks", index], "reference", `there is no question ${check.question}`);
    }
  }
}

/** Every CEL expression in a check: conditions, accepted answers, and those within its texts. */
function expressionsOf(check: Check): readonly string[] {
  const text = JSON.stringify(check);
  const conditions =
    check.kind === "api"
      ? [...check.expect, ...check.diagnose]
      : check.kind === "trace"
        ? check.diagnose
        : [];
  return [
    ...conditions.flatMap((condition) => ("cel" in condition ? [condition.cel] : [])),
    ...(check.kind === "answer" && check.accepts ? [check.accepts] : []),
    ...placeholders(text).map((expression) => expression.replaceAll('\\"', '"')),
  ];
}

function lintMutants(step: Step, report: Report): void {
  const checks = new Set(step.checks.map(({ id }) => id));
  for (const [index, mutant] of step.mutants.entries()) {
    for (const { check } of mutant.caughtBy) {
      if (!checks.has(check)) {
        report(["mutants", index], "reference", `there is no check ${check}`);
      }
    }
    lintScript(step, mutant.does, ["mutants", index, "does"], report);
  }
}

function lintFaults({ faults, mutants, checks, solution }: Step, report: Report): void {
  const pool = faults?.pool ?? [];
  const areas = new Set(pool.map(({ area }) => area));
  if (faults && areas.size < faults.hide) {
    report(["faults"], "fault", `${faults.hide} faults are to be hidden, and there are ${areas.size} areas`);
  }
  if (faults && !solution.some((entry) => "mendFaults" in entry)) {
    report(["solution"], "fault", "the solution does not say where the faults are mended");
  }
  for (const [index, { caughtBy }] of pool.entries()) {
    for (const { check } of caughtBy.filter((caught) => !checks.some(({ id }) => id === caught.check))) {
      report(["faults", "pool", index], "reference", `there is no check ${check}`);
    }
  }
  for (const [index, mutant] of mutants.entries()) {
    for (const id of mutant.faults?.filter((name) => !pool.some((fault) => fault.id === name)) ?? []) {
      report(["mutants", index], "reference", `there is no fault ${id}`);
    }
  }
}

function lintScript(
  step: Step,
  script: readonly ScriptEntry[],
  path: readonly (string | number)[],
  report: Report,
): void {
  for (const [index, entry] of script.entries()) {
    if ("passed" in entry && !step.checks.some(({ id }) => id === entry.passed)) {
      report([...path, index], "reference", `there is no check ${entry.passed}`);
    }
    if ("answer" in entry && !step.questions.some(({ id }) => id === entry.answer.question)) {
      report([...path, index], "reference", `there is no question ${entry.answer.question}`);
    }
  }
}

/** What is typed, and every number, must be the same in both languages: code spans and fenced blocks, as sets. */
function lintTexts(step: Step): readonly LessonProblem[] {
  return sections(step).flatMap(([name, text]) =>
    lintLanguages(`{#${name}}`, text).map((message) => textProblem(step, message)),
  );
}

function lintLanguages(name: string, { ja, en }: LocalizedText): readonly string[] {
  const numbers = (text: string) => new Set(text.match(/(?<![\w.-])\d+(?:\.\d+)?(?![\w-])/g) ?? []);
  const code = [...symmetricDifference(codeIn(ja), codeIn(en))].map((each) => `\`${each}\``);
  const figures = [...symmetricDifference(numbers(ja), numbers(en))];
  return [
    ...(code.length > 0 ? [`${name}: only one language has ${code.join(", ")}`] : []),
    ...(figures.length > 0 ? [`${name}: only one language has the number ${figures.join(", ")}`] : []),
  ];
}

function sections(step: Step): readonly (readonly [string, { readonly ja: string; readonly en: string }])[] {
  return [
    ["why", step.why],
    ["seen", step.seen],
    ...step.hints.map((hint, index) => [`hint-${index + 1}`, hint] as const),
    ...step.actions.map(({ id, text }) => [id, text] as const),
  ];
}

function codeIn(text: string): ReadonlySet<string> {
  return new Set(
    [...text.matchAll(/```[a-z]*\n([\s\S]*?)```|`([^`\n]+)`/g)].map((match) => match[1] ?? match[2] ?? ""),
  );
}

function symmetricDifference(left: ReadonlySet<string>, right: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...left, ...right].filter((item) => left.has(item) !== right.has(item)));
}

function textProblem(step: Step, message: string): LessonProblem {
  return { file: join(step.folder, "ja.md"), line: 1, column: 1, rule: "translation", message };
}
