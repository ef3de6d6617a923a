import * as vscode from "vscode";
import type { Chapter, Step } from "../lessons/course.ts";
import type { Dojo } from "../webview/host/dojo.ts";

type Entry = { readonly chapter: Chapter; readonly step?: Step };

/** Chapters with their progress, steps with their state; a click opens the step. */
export class CourseTree implements vscode.TreeDataProvider<Entry> {
  readonly #dojo: Dojo;
  readonly onDidChangeTreeData: vscode.Event<void>;

  constructor(dojo: Dojo) {
    this.#dojo = dojo;
    this.onDidChangeTreeData = dojo.onChanged;
  }

  async getChildren(parent?: Entry): Promise<Entry[]> {
    if (parent) {
      return parent.chapter.steps.map((step) => ({ chapter: parent.chapter, step }));
    }
    const course = await this.#dojo.readCourse();
    return (course?.chapters ?? []).map((chapter) => ({ chapter }));
  }

  getTreeItem({ chapter, step }: Entry): vscode.TreeItem {
    return step ? this.#stepItem(step) : this.#chapterItem(chapter);
  }

  #chapterItem(chapter: Chapter): vscode.TreeItem {
    const label = `${chapter.number} ${chapter.title[this.#dojo.language]}`;
    const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded);
    const passed = chapter.steps.filter(({ id }) => this.#isPassed(id)).length;
    item.id = chapter.id;
    item.description = `${passed}/${chapter.steps.length}`;
    return item;
  }

  #stepItem(step: Step): vscode.TreeItem {
    const item = new vscode.TreeItem(`${step.id} ${step.title[this.#dojo.language]}`);
    const isOpen = this.#dojo.opened?.step.id === step.id;
    item.id = step.id;
    item.iconPath = new vscode.ThemeIcon(
      this.#isPassed(step.id) ? "pass-filled" : isOpen ? "circle-large-filled" : "circle-large-outline",
    );
    item.contextValue = isOpen ? "openStep" : "step";
    item.command = { command: "dojo.openStep", title: item.label?.toString() ?? "", arguments: [step.id] };
    return item;
  }

  #isPassed(id: string): boolean {
    return this.#dojo.progress?.steps[id]?.passedAt !== undefined;
  }
}
