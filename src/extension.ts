import { join } from "node:path";
import * as vscode from "vscode";
import { SentLog } from "./common/sentLog.ts";
import { registerCommands } from "./views/commands.ts";
import { CourseTree, showCourseTree } from "./views/courseTree.ts";
import { ManifestHelp } from "./views/manifestHelp.ts";
import { SentOutput } from "./views/sentOutput.ts";
import { createStatusBar } from "./views/statusBar.ts";
import { DojoTerminal } from "./views/terminal.ts";
import { Dojo } from "./webview/host/dojo.ts";
import type { Engine } from "./webview/host/engine.ts";
import { LessonPanel, panelType } from "./webview/host/lessonPanel.ts";

/** What `activate` returns: the parts as they run, for tests inside the editor. */
export interface DojoParts {
  readonly dojo: Dojo;
  readonly tree: CourseTree;
  readonly terminal: DojoTerminal;
  readonly statusBar: vscode.StatusBarItem;
}

/** Registers; whatever is heavy is loaded when a course is first opened. */
export function activate(context: vscode.ExtensionContext): DojoParts {
  const sent = new SentLog();
  const dojo = new Dojo(context, () => loadEngine(context, sent));
  const sentOutput = new SentOutput(sent, () => dojo.language);
  const terminal = new DojoTerminal(dojo, context.globalStorageUri.fsPath, context.workspaceState);
  const panel = new LessonPanel(dojo, context.extensionUri, (command) => void terminal.run(command));
  const tree = new CourseTree(dojo);
  const statusBar = createStatusBar(dojo, context.subscriptions);
  context.subscriptions.push(
    dojo,
    terminal,
    panel,
    sentOutput,
    registerCommands({ dojo, panel, terminal, sentOutput }),
    new ManifestHelp(dojo, terminal, () => import("./manifests/editor/register.ts")),
    showCourseTree(dojo, tree),
    vscode.window.registerWebviewPanelSerializer(panelType, {
      async deserializeWebviewPanel(before) {
        panel.adopt(before);
        await dojo.openStep();
        await terminal.restore();
      },
    }),
  );
  return { dojo, tree, terminal, statusBar };
}

async function loadEngine(context: vscode.ExtensionContext, sent: SentLog): Promise<Engine> {
  const [{ createProvider, lookupKubectl }, { loadCourse }, { ProgressStore }, { stepFolder }] =
    await Promise.all([
      import("./clusters/index.ts"),
      import("./lessons/loadCourse.ts"),
      import("./lessons/progressStore.ts"),
      import("./lessons/learnerFolder.ts"),
    ]);
  const [{ openStep }, { renderMarkdown }, { stepState }, { parsePageMessage }] = await Promise.all([
    import("./checks/stepSession.ts"),
    import("./webview/host/markdown.ts"),
    import("./webview/host/stepState.ts"),
    import("./webview/protocol/messages.ts"),
  ]);
  const options = () => ({
    storageFolder: context.globalStorageUri.fsPath,
    programFolder: join(context.extensionPath, "dist"),
    kubectlPath: vscode.workspace.getConfiguration("dojo").get<string>("kubectlPath"),
    sent,
  });
  return {
    loadCourse,
    ProgressStore,
    stepFolder,
    openStep,
    renderMarkdown,
    stepState,
    parsePageMessage,
    createProvider: (kind, workers = 0) => createProvider(kind, { ...options(), workers }),
    async kubectlPath() {
      const lookup = await lookupKubectl(options());
      return lookup.state === "found" ? lookup.path : undefined;
    },
  };
}
