import type { Action } from "./course.ts";

/** What is typed into the terminal for an action; undefined when nothing is. */
export function actionCommand(
  action: Pick<Action, "kind"> & { command?: string; file?: string },
): string | undefined {
  if (action.kind === "run") {
    return action.command;
  }
  return action.kind === "apply" ? `kubectl apply -f ${action.file}` : undefined;
}
