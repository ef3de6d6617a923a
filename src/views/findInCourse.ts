import * as vscode from "vscode";
import type { Language } from "../common/language.ts";
import type { Course, Step, WhereItem } from "../lessons/course.ts";

interface Found extends vscode.QuickPickItem {
  readonly stepId?: string;
}

/** Lets a learner search all that the course teaches (a command, a field, a belief, a step) and returns the step's id. */
export async function findInCourse(course: Course, language: Language): Promise<string | undefined> {
  const picked = await vscode.window.showQuickPick([...entries(course, language)], {
    placeHolder:
      language === "ja" ? "コマンド、フィールド、用語で探す" : "Search for a command, a field, a concept",
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.stepId;
}

function* entries({ where, chapters }: Course, language: Language): Generator<Found> {
  const steps = new Map(chapters.flatMap((chapter) => chapter.steps).map((step) => [step.id, step]));
  for (const { title, items } of where) {
    yield { label: title[language], kind: vscode.QuickPickItemKind.Separator };
    for (const item of items) {
      yield* item.steps.flatMap((id) => entry(item, steps.get(id), language));
    }
  }
}

function entry(item: WhereItem, step: Step | undefined, language: Language): readonly Found[] {
  const label = item.what?.[language] ?? item.command ?? item.id;
  return step ? [{ label, description: `${step.id} ${step.title[language]}`, stepId: step.id }] : [];
}
