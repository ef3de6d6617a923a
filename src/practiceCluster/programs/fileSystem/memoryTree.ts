import { posix } from "node:path";

interface EntryStatus {
  mode: number;
  uid: number;
  gid: number;
  modifiedAt: number;
  /** The tree that may change this entry; another tree copies it first. */
  readonly owner: MemoryTree;
}

export interface FileEntry extends EntryStatus {
  readonly type: "file";
  contents: Buffer;
  /** Room behind `contents` that appending may fill. */
  spare: Buffer | undefined;
}

export interface LinkEntry extends EntryStatus {
  readonly type: "symlink";
  readonly target: string;
}

export interface DirectoryEntry extends EntryStatus {
  readonly type: "directory";
  readonly children: Map<string, Entry>;
}

export type Entry = FileEntry | LinkEntry | DirectoryEntry;

export const fileFault = (code: string, path: string): Error & { readonly code: string } =>
  Object.assign(new Error(`${code}: ${path}`), { code });

/**
 * Files in memory. A fork shares every entry with its origin until one is changed (the folders on the way are
 * copied then), so that thousands of containers of one image cost what they have written.
 */
export class MemoryTree {
  #root: Entry;

  constructor(root?: Entry, modifiedAt = 0) {
    this.#root = root ?? this.#directory(0o755, modifiedAt);
  }

  /** Files by absolute path; a path that ends in "/" is an empty folder. Parents are made. */
  static of(
    files: Readonly<Record<string, string>>,
    { modifiedAt = 0, mode = 0o644 }: { modifiedAt?: number; mode?: number } = {},
  ): MemoryTree {
    const tree = new MemoryTree(undefined, modifiedAt);
    for (const [path, contents] of Object.entries(files)) {
      const clean = posix.resolve("/", path);
      tree.makeFolders(path.endsWith("/") ? clean : posix.dirname(clean), modifiedAt);
      if (!path.endsWith("/")) {
        tree.putFile(clean, contents, mode, modifiedAt);
      }
    }
    return tree;
  }

  /** A tree whose root is a file: a single file that is mounted. */
  static ofFile(contents: string | Buffer, mode = 0o644, modifiedAt = 0): MemoryTree {
    const tree = new MemoryTree();
    tree.#root = tree.#file(Buffer.from(contents), mode, modifiedAt);
    return tree;
  }

  fork(): MemoryTree {
    return new MemoryTree(this.#root);
  }

  find(path: string): Entry | undefined {
    let found: Entry | undefined = this.#root;
    for (const part of parts(path)) {
      found = found?.type === "directory" ? found.children.get(part) : undefined;
    }
    return found;
  }

  /** The entry for changing it. Throws ENOENT. */
  change(path: string): Entry {
    const names = parts(path);
    const name = names.at(-1);
    if (name === undefined) {
      this.#root = this.#own(this.#root);
      return this.#root;
    }
    const folder = this.#changeFolder(posix.dirname(path));
    const found = folder.children.get(name);
    if (!found) {
      throw fileFault("ENOENT", path);
    }
    const own = this.#own(found);
    folder.children.set(name, own);
    return own;
  }

  putFile(path: string, contents: string | Buffer, mode: number, modifiedAt: number): FileEntry {
    return this.#put(path, this.#file(Buffer.from(contents), mode, modifiedAt), modifiedAt);
  }

  putLink(path: string, target: string, modifiedAt: number): void {
    const link = { type: "symlink", target, mode: 0o777, uid: 0, gid: 0, modifiedAt, owner: this } as const;
    this.#put(path, link, modifiedAt);
  }

  putFolder(path: string, mode: number, modifiedAt: number): void {
    this.#put(path, this.#directory(mode, modifiedAt), modifiedAt);
  }

  /** Makes the folder and its parents, as far as they are not there. */
  makeFolders(path: string, modifiedAt: number): void {
    if (path !== "/" && !this.find(path)) {
      this.makeFolders(posix.dirname(path), modifiedAt);
      this.putFolder(path, 0o755, modifiedAt);
    }
  }

  /** Bytes of the files that this tree does not share with its origin: what was written since. */
  ownBytes(): number {
    return bytesOf(this.#root, this);
  }

  /** Takes the entry out with everything below it. */
  take(path: string, modifiedAt: number): Entry {
    const folder = this.#changeFolder(posix.dirname(path));
    const name = posix.basename(path);
    const found = folder.children.get(name);
    if (!found) {
      throw fileFault("ENOENT", path);
    }
    folder.children.delete(name);
    folder.modifiedAt = modifiedAt;
    return found;
  }

  put(path: string, entry: Entry, modifiedAt: number): void {
    this.#put(path, entry, modifiedAt);
  }

  #put<T extends Entry>(path: string, entry: T, modifiedAt: number): T {
    const folder = this.#changeFolder(posix.dirname(path));
    folder.children.set(posix.basename(path), entry);
    folder.modifiedAt = modifiedAt;
    return entry;
  }

  #changeFolder(path: string): DirectoryEntry {
    const folder = this.change(path);
    if (folder.type !== "directory") {
      throw fileFault("ENOTDIR", path);
    }
    return folder;
  }

  #own(entry: Entry): Entry {
    if (entry.owner === this) {
      return entry;
    }
    if (entry.type === "directory") {
      return { ...entry, children: new Map(entry.children), owner: this };
    }
    return entry.type === "file" ? { ...entry, spare: undefined, owner: this } : { ...entry, owner: this };
  }

  #file(contents: Buffer, mode: number, modifiedAt: number): FileEntry {
    return { type: "file", contents, spare: undefined, mode, uid: 0, gid: 0, modifiedAt, owner: this };
  }

  #directory(mode: number, modifiedAt: number): DirectoryEntry {
    return { type: "directory", children: new Map(), mode, uid: 0, gid: 0, modifiedAt, owner: this };
  }
}

/** Adds bytes to a file, with room to spare, so that many small writes don't copy the whole each time. */
export function appendTo(file: FileEntry, data: Buffer): void {
  const length = file.contents.length;
  const needed = length + data.length;
  if (!file.spare || file.spare.length < needed) {
    file.spare = Buffer.allocUnsafe(Math.max(256, needed * 2));
    file.contents.copy(file.spare);
  }
  data.copy(file.spare, length);
  file.contents = file.spare.subarray(0, needed);
}

function bytesOf(entry: Entry, owner: MemoryTree): number {
  if (entry.owner !== owner) {
    return 0;
  }
  if (entry.type === "directory") {
    return [...entry.children.values()].reduce((sum, child) => sum + bytesOf(child, owner), 0);
  }
  return entry.type === "file" ? entry.contents.length : 0;
}

function parts(path: string): string[] {
  return path.split("/").filter((part) => part !== "");
}
