/** Something wrong in a lesson file: collected, not thrown. Line and column are one-based. */
export interface LessonProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly rule: string;
  readonly message: string;
}

/** "lessons/x/step.yaml:3:5: message [rule]". */
export function describeProblem({ file, line, column, rule, message }: LessonProblem): string {
  return `${file}:${line}:${column}: ${message} [${rule}]`;
}
