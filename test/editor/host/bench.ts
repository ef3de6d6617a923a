import { writeFile } from "node:fs/promises";
import * as vscode from "vscode";
import { resultsVariable } from "../../../src/tools/editor/hostResults.ts";

/**
 * What the editor calls in place of the suites to measure: leaves in the report the editor's own table of how long the
 * extension took to load and to activate ("perf:" documents are filled when shown).
 */
export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension("statefulset-dojo.statefulset-dojo");
  await extension?.activate();
  const text = await performanceTable();
  const file = process.env[resultsVariable];
  if (!file) {
    throw new Error(`${resultsVariable} names no results file.`);
  }
  await writeFile(file, JSON.stringify({ passed: 1, failed: 0, skipped: 0, report: text }));
}

function performanceTable(): Promise<string> {
  return new Promise((resolve) => {
    const look = (document: vscode.TextDocument) => {
      const text = document.uri.scheme === "perf" ? document.getText() : "";
      if (text.includes("statefulset-dojo.statefulset-dojo")) {
        listening.dispose();
        resolve(text);
      }
    };
    const listening = vscode.Disposable.from(
      vscode.workspace.onDidOpenTextDocument(look),
      vscode.workspace.onDidChangeTextDocument(({ document }) => look(document)),
    );
    void vscode.commands.executeCommand("perfview.show");
  });
}
