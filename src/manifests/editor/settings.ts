import * as vscode from "vscode";

/** Parts of the manifest help that can be switched off, each by its setting `dojo.manifests.PART`. */
export type ManifestPart = "diagnostics" | "codeLens" | "outline" | "references";

/** Whether the part is wanted. */
export function isOn(part: ManifestPart): boolean {
  return vscode.workspace.getConfiguration("dojo.manifests").get<boolean>(part) ?? true;
}
