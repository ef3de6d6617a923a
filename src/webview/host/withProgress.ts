import * as vscode from "vscode";
import type { ClusterKind, ProgressSink } from "../../clusters/cluster.ts";
import type { Language } from "../../common/language.ts";

/**
 * Shows what is done to a cluster while it is done: kind takes a minute and more, so it is a notification that can be
 * cancelled; the practice cluster takes a second, for which a word in the status bar is enough.
 */
export async function withProgress<T>(
  kind: ClusterKind,
  language: Language,
  work: (progress: ProgressSink, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const isLong = kind === "kind";
  const location = isLong ? vscode.ProgressLocation.Notification : vscode.ProgressLocation.Window;
  const ending = new AbortController();
  return vscode.window.withProgress(
    { location, title: "StatefulSet Dojo", cancellable: isLong },
    async (progress, cancelled) => {
      const listening = cancelled.onCancellationRequested(() => ending.abort());
      try {
        return await work({ report: (text) => progress.report({ message: text[language] }) }, ending.signal);
      } finally {
        listening.dispose();
      }
    },
  );
}
