import * as vscode from "vscode";
import type { ManifestDocument } from "../source/manifestDocument.ts";
import { ManifestFile, type PlacedDocument } from "../source/manifestFile.ts";
import { isPatch, kustomizePatches } from "../workspace/kustomizePatches.ts";
import { Scene } from "../workspace/scene.ts";
import { type LiveCluster, LiveView } from "./liveView.ts";

/** So many files of a workspace are read for what manifests refer to. */
const mostFiles = 1_000;
const pattern = "**/*.{yaml,yml}";
const excluded = "{**/node_modules/**,**/.git/**}";

/** The manifests of the workspace, as they are in the editor or on disk, and what the lesson cluster holds. */
export class ManifestStore implements vscode.Disposable {
  readonly #files = new Map<string, ManifestFile>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #parts: vscode.Disposable[] = [];
  #scanned: Promise<void> | undefined;
  #live: LiveView | undefined;
  #scene: Scene | undefined;
  #patches: ReadonlySet<string> | undefined;
  /** Fires when any manifest or the cluster changed. */
  readonly onChanged = this.#changed.event;

  constructor() {
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    this.#parts.push(
      this.#changed,
      watcher,
      watcher.onDidChange((uri) => void this.#readFromDisk(uri)),
      watcher.onDidCreate((uri) => void this.#readFromDisk(uri)),
      watcher.onDidDelete((uri) => this.#forget(uri)),
      vscode.workspace.onDidCloseTextDocument((document) => void this.#readFromDisk(document.uri)),
    );
  }

  dispose(): void {
    this.#live?.dispose();
    vscode.Disposable.from(...this.#parts).dispose();
  }

  /** Looks at this cluster from now on; at none with undefined. */
  follow(cluster: LiveCluster | undefined): void {
    this.#live?.dispose();
    this.#live = cluster && new LiveView(cluster, () => this.#tell());
    this.#tell();
  }

  /** The file of an open document, parsed as far as it changed. */
  fileOf(document: vscode.TextDocument): ManifestFile {
    const key = document.uri.toString();
    const text = document.getText();
    const known = this.#files.get(key);
    if (known?.text === text) {
      return known;
    }
    const file = known ? known.changedTo(text) : ManifestFile.read(document.uri.fsPath, text);
    this.#files.set(key, file);
    this.#scene = undefined;
    this.#patches = undefined;
    return file;
  }

  /** Everything that belongs together: all manifests, and the cluster where its state is known. */
  scene(): Scene {
    const live = this.#live?.state;
    if (!this.#scene || this.#scene.live !== live) {
      this.#scene = new Scene(
        [...this.#files.values()].flatMap((file) => (this.isPatch(file) ? [] : file.objects)),
        live,
      );
    }
    return this.#scene;
  }

  /** Whether a kustomization of the workspace merges the file into another: it is only part of an object. */
  isPatch({ name }: ManifestFile): boolean {
    this.#patches ??= kustomizePatches(this.#files.values());
    return isPatch(name, this.#patches);
  }

  /** Where a document stands; undefined once it was edited away. */
  homeOf(
    document: ManifestDocument,
  ): { readonly uri: vscode.Uri; readonly file: ManifestFile; readonly placed: PlacedDocument } | undefined {
    for (const [address, file] of this.#files) {
      const placed = file.documents.find((each) => each.document === document);
      if (placed) {
        return { uri: vscode.Uri.parse(address), file, placed };
      }
    }
    return undefined;
  }

  /** Reads the workspace's manifests once; later changes come by themselves. */
  scan(): Promise<void> {
    this.#scanned ??= this.#scan();
    return this.#scanned;
  }

  async #scan(): Promise<void> {
    const found = await vscode.workspace.findFiles(pattern, excluded, mostFiles);
    await Promise.all(found.map((uri) => this.#readFromDisk(uri, false)));
    this.#tell();
  }

  async #readFromDisk(uri: vscode.Uri, tells = true): Promise<void> {
    const isOpen = vscode.workspace.textDocuments.some(
      (document) => document.uri.toString() === uri.toString(),
    );
    if (isOpen || !/\.ya?ml$/.test(uri.path)) {
      return;
    }
    try {
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      this.#files.set(uri.toString(), ManifestFile.read(uri.fsPath, text));
    } catch {
      // deleted between the event and the reading
      this.#files.delete(uri.toString());
    }
    if (tells) {
      this.#tell();
    }
  }

  #forget(uri: vscode.Uri): void {
    this.#files.delete(uri.toString());
    this.#tell();
  }

  #tell(): void {
    this.#scene = undefined;
    this.#patches = undefined;
    this.#changed.fire();
  }
}
