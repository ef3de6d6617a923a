import * as vscode from "vscode";
import type { Chapter, Step } from "../lessons/course.ts";
import type { Dojo } from "../webview/host/dojo.ts";

type Entry = { readonly chapter: Chapter; readonly step?: Step };

/** Shows the tree; the open step is the selected one, wherever it was opened from. */
export function showCourseTree(dojo: Dojo, tree: CourseTree): vscode.Disposable {
  const view = vscode.window.createTreeView("dojo.course", { treeDataProvider: tree });
  let shown: string | undefined;
  const follow = () => {
    const entry = tree.openEntry;
    // a hidden tree would be brought to the front; it follows when it is looked at
    if (view.visible && entry && entry.step?.id !== shown) {
      shown = entry.step?.id;
      // whoever opened the step from the tree sees it there; revealing it late could bring back a side bar that was just hidden
      if (!view.selection.some(({ step }) => step?.id === shown)) {
        void view.reveal(entry, { select: true, focus: false });
      }
    }
  };
  return vscode.Disposable.from(view, dojo.onChanged(follow), view.onDidChangeVisibility(follow));
}

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

  /** The open step as the tree knows it. */
  get openEntry(): Entry | undefined {
    const { opened } = this.#dojo;
    return opened && { chapter: opened.chapter, step: opened.step };
  }

  getParent({ chapter, step }: Entry): Entry | undefined {
    return step && { chapter };
  }

  getTreeItem({ chapter, step }: Entry): vscode.TreeItem {
    return step ? this.#stepItem(step) : this.#chapterItem(chapter);
  }

  #chapterItem(chapter: Chapter): vscode.TreeItem {
    const label = `${chapter.number} ${chapter.title[this.#dojo.language]}`;
    const { Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(label, this.#isCurrent(chapter) ? Expanded : Collapsed);
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

  /** The chapter that the learner is in: of the open step, of the last one, or the first. */
  #isCurrent(chapter: Chapter): boolean {
    const { course, opened, progress } = this.#dojo;
    const step = opened?.step.id ?? progress?.lastStep;
    const isIn = ({ steps }: Chapter) => steps.some(({ id }) => id === step);
    return chapter.id === (course?.chapters.find(isIn) ?? course?.chapters[0])?.id;
  }

  #isPassed(id: string): boolean {
    return this.#dojo.progress?.steps[id]?.passedAt !== undefined;
  }
}
