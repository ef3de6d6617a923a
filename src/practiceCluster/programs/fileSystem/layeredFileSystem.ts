import * as fs from "node:fs";
import { dirname, join, posix } from "node:path";
import type { ContainerFileSystem, FileStatus } from "../fileSystem.ts";

/** A folder of the tree that is not the container's own layer. */
export interface Mount {
  readonly mountPath: string;
  readonly readOnly: boolean;
  readonly kind: string;
  /** A folder on disk, or a tree in memory that several containers share. */
  readonly source: { readonly folder: string } | { readonly tree: MemoryTree };
}

interface MemoryEntry {
  readonly type: "file" | "directory" | "symlink";
  contents: Buffer;
  mode: number;
  uid: number;
  gid: number;
  modifiedAt: number;
}

/** Files in memory by absolute path. */
export class MemoryTree {
  readonly entries = new Map<string, MemoryEntry>([["/", entry("directory", "", 0o755)]]);

  /** Puts files there, making their folders; a path that ends in "/" is an empty folder. */
  static of(files: Readonly<Record<string, string>>): MemoryTree {
    const tree = new MemoryTree();
    for (const [path, contents] of Object.entries(files)) {
      const isFolder = path.endsWith("/");
      const clean = posix.resolve("/", path);
      tree.#makeParents(isFolder ? clean : posix.dirname(clean));
      if (!isFolder) {
        tree.entries.set(clean, entry("file", contents, 0o644));
      }
    }
    return tree;
  }

  #makeParents(path: string): void {
    if (!this.entries.has(path)) {
      this.#makeParents(posix.dirname(path));
      this.entries.set(path, entry("directory", "", 0o755));
    }
  }

  children(path: string): string[] {
    const prefix = path === "/" ? "/" : `${path}/`;
    return [...this.entries.keys()]
      .filter((key) => key !== "/" && key.startsWith(prefix) && !key.slice(prefix.length).includes("/"))
      .map((key) => key.slice(prefix.length))
      .sort();
  }
}

function entry(type: MemoryEntry["type"], contents: string, mode: number): MemoryEntry {
  return { type, contents: Buffer.from(contents), mode, uid: 0, gid: 0, modifiedAt: Date.now() };
}

/** Where a path ends up after mounts and links: in memory, or on disk below a mount's folder. */
type Place =
  | {
      readonly kind: "memory";
      readonly tree: MemoryTree;
      readonly path: string;
      readonly mount: Mount | undefined;
    }
  | { readonly kind: "disk"; readonly folder: string; readonly path: string; readonly mount: Mount };

const fault = (code: string, path: string) => Object.assign(new Error(`${code}: ${path}`), { code });
const mostLinks = 40;

/** A container's tree: the image and what the container writes in memory, claims on disk, the rest of the mounts. */
export class LayeredFileSystem implements ContainerFileSystem {
  readonly #own: MemoryTree;
  readonly #mounts: readonly Mount[];

  constructor(imageFiles: Readonly<Record<string, string>>, mounts: readonly Mount[]) {
    const folders = mounts.map(({ mountPath }) => [`${posix.resolve("/", mountPath)}/`, ""] as const);
    this.#own = MemoryTree.of({ "/tmp/": "", "/etc/": "", ...imageFiles, ...Object.fromEntries(folders) });
    this.#mounts = [...mounts].sort((a, b) => b.mountPath.length - a.mountPath.length);
  }

  status(path: string, options: { followLinks?: boolean } = {}): FileStatus {
    const place = this.#resolve(path, options.followLinks ?? true);
    if (place.kind === "disk") {
      return this.#onDisk(path, () => diskStatus(join(place.folder, place.path)));
    }
    const { type, contents, mode, uid, gid, modifiedAt } = this.#memoryEntry(place, path);
    return { type, size: contents.length, mode, uid, gid, modifiedAt };
  }

  exists(path: string): boolean {
    try {
      this.status(path);
      return true;
    } catch {
      return false;
    }
  }

  read(path: string): Buffer {
    const place = this.#resolve(path, true);
    if (place.kind === "disk") {
      return this.#onDisk(path, () => fs.readFileSync(join(place.folder, place.path)));
    }
    const found = this.#memoryEntry(place, path);
    if (found.type === "directory") {
      throw fault("EISDIR", path);
    }
    return found.contents;
  }

  write(path: string, contents: Buffer | string, options: { append?: boolean; mode?: number } = {}): void {
    const place = this.#writable(path);
    if (place.kind === "disk") {
      const flag = options.append ? "a" : "w";
      this.#onDisk(path, () =>
        fs.writeFileSync(join(place.folder, place.path), contents, { flag, mode: options.mode ?? 0o644 }),
      );
      return;
    }
    const old = place.tree.entries.get(place.path);
    if (old?.type === "directory") {
      throw fault("EISDIR", path);
    }
    this.#requireFolder(place.tree, posix.dirname(place.path), path);
    const data = Buffer.from(contents);
    const made = old ?? entry("file", "", options.mode ?? 0o644);
    made.contents = options.append ? Buffer.concat([made.contents, data]) : data;
    made.modifiedAt = Date.now();
    place.tree.entries.set(place.path, made);
  }

  list(path: string): readonly string[] {
    const place = this.#resolve(path, true);
    const names =
      place.kind === "disk"
        ? this.#onDisk(path, () => fs.readdirSync(join(place.folder, place.path)))
        : this.#memoryList(place, path);
    return [...names].sort();
  }

  makeDirectory(path: string, options: { recursive?: boolean; mode?: number } = {}): void {
    if (options.recursive && posix.dirname(path) !== path && !this.exists(posix.dirname(path))) {
      this.makeDirectory(posix.dirname(path), options);
    }
    if (this.exists(path)) {
      if (options.recursive) {
        return;
      }
      throw fault("EEXIST", path);
    }
    const place = this.#writable(path);
    if (place.kind === "disk") {
      this.#onDisk(path, () => fs.mkdirSync(join(place.folder, place.path), { mode: options.mode ?? 0o755 }));
      return;
    }
    this.#requireFolder(place.tree, posix.dirname(place.path), path);
    place.tree.entries.set(place.path, entry("directory", "", options.mode ?? 0o755));
  }

  remove(path: string, options: { recursive?: boolean } = {}): void {
    const place = this.#writable(path, false);
    if (place.kind === "disk") {
      const target = join(place.folder, place.path);
      this.#onDisk(path, () =>
        options.recursive ? fs.rmSync(target, { recursive: true }) : removeOne(target),
      );
      return;
    }
    const found = this.#memoryEntry(place, path);
    const children = [...place.tree.entries.keys()].filter((key) => key.startsWith(`${place.path}/`));
    if (found.type === "directory" && children.length > 0 && !options.recursive) {
      throw fault("ENOTEMPTY", path);
    }
    for (const key of [place.path, ...children]) {
      place.tree.entries.delete(key);
    }
  }

  rename(from: string, to: string): void {
    const source = this.#writable(from, false);
    const target = this.#writable(to, false);
    if (source.kind === "disk" && target.kind === "disk") {
      this.#onDisk(from, () =>
        fs.renameSync(join(source.folder, source.path), join(target.folder, target.path)),
      );
      return;
    }
    if (source.kind === "memory" && target.kind === "memory" && source.tree === target.tree) {
      const moved = [...source.tree.entries].filter(
        ([key]) => key === source.path || key.startsWith(`${source.path}/`),
      );
      for (const [key, value] of moved) {
        source.tree.entries.delete(key);
        source.tree.entries.set(target.path + key.slice(source.path.length), value);
      }
      return;
    }
    throw fault("EXDEV", to);
  }

  link(target: string, path: string): void {
    const place = this.#writable(path, false);
    if (place.kind === "disk") {
      this.#onDisk(path, () => fs.symlinkSync(target, join(place.folder, place.path)));
    } else {
      place.tree.entries.set(place.path, entry("symlink", target, 0o777));
    }
  }

  readLink(path: string): string {
    const place = this.#resolve(path, false);
    return place.kind === "disk"
      ? this.#onDisk(path, () => fs.readlinkSync(join(place.folder, place.path)))
      : this.#memoryEntry(place, path).contents.toString();
  }

  changeMode(path: string, mode: number): void {
    const place = this.#writable(path);
    if (place.kind === "disk") {
      this.#onDisk(path, () => fs.chmodSync(join(place.folder, place.path), mode));
    } else {
      this.#memoryEntry(place, path).mode = mode;
    }
  }

  /** On disk the owner is the learner's and stays so; in memory it is remembered. */
  changeOwner(path: string, uid: number, gid: number): void {
    const place = this.#writable(path);
    if (place.kind === "memory") {
      Object.assign(this.#memoryEntry(place, path), { uid, gid });
    }
  }

  touch(path: string, modifiedAt: number): void {
    const place = this.#writable(path);
    if (place.kind === "disk") {
      this.#onDisk(path, () =>
        fs.utimesSync(join(place.folder, place.path), modifiedAt / 1000, modifiedAt / 1000),
      );
    } else {
      this.#memoryEntry(place, path).modifiedAt = modifiedAt;
    }
  }

  hostPath(path: string): string | undefined {
    const place = this.#resolve(path, true);
    return place.kind === "disk" ? join(place.folder, place.path) : undefined;
  }

  mountOf(path: string): { mountPoint: string; kind: string; readOnly: boolean } {
    const mount = this.#mountFor(posix.resolve("/", path));
    return mount
      ? { mountPoint: mount.mountPath, kind: mount.kind, readOnly: mount.readOnly }
      : { mountPoint: "/", kind: "overlay", readOnly: false };
  }

  #mountFor(path: string): Mount | undefined {
    return this.#mounts.find(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath}/`));
  }

  #writable(path: string, followLinks = true): Place {
    const place = this.#resolve(path, followLinks);
    if (place.mount?.readOnly) {
      throw fault("EROFS", path);
    }
    return place;
  }

  /** Walks the path part by part, following links inside the tree: none leads out of it. */
  #resolve(path: string, followLast: boolean, depth = 0): Place {
    if (depth > mostLinks) {
      throw fault("ELOOP", path);
    }
    const parts = posix.resolve("/", path).split("/").filter(Boolean);
    let current = "/";
    for (const [index, part] of parts.entries()) {
      current = posix.join(current, part);
      const isLast = index === parts.length - 1;
      const target = isLast && !followLast ? undefined : this.#linkTarget(this.#placeOf(current));
      if (target !== undefined) {
        const rest = parts.slice(index + 1).join("/");
        return this.#resolve(posix.resolve(posix.dirname(current), target, rest), followLast, depth + 1);
      }
    }
    return this.#placeOf(current);
  }

  #placeOf(path: string): Place {
    const mount = this.#mountFor(path);
    if (!mount) {
      return { kind: "memory", tree: this.#own, path, mount };
    }
    const inside = posix.resolve("/", path.slice(mount.mountPath.length));
    return "folder" in mount.source
      ? { kind: "disk", folder: mount.source.folder, path: inside, mount }
      : { kind: "memory", tree: mount.source.tree, path: inside, mount };
  }

  #linkTarget(place: Place): string | undefined {
    if (place.kind === "memory") {
      const found = place.tree.entries.get(place.path);
      return found?.type === "symlink" ? found.contents.toString() : undefined;
    }
    const status = fs.lstatSync(join(place.folder, place.path), { throwIfNoEntry: false });
    return status?.isSymbolicLink() ? fs.readlinkSync(join(place.folder, place.path)) : undefined;
  }

  #memoryEntry(place: Place & { kind: "memory" }, path: string): MemoryEntry {
    const found = place.tree.entries.get(place.path);
    if (!found) {
      throw fault("ENOENT", path);
    }
    return found;
  }

  #memoryList(place: Place & { kind: "memory" }, path: string): string[] {
    if (this.#memoryEntry(place, path).type !== "directory") {
      throw fault("ENOTDIR", path);
    }
    return place.tree.children(place.path);
  }

  #requireFolder(tree: MemoryTree, folder: string, path: string): void {
    const found = tree.entries.get(folder);
    if (found?.type !== "directory") {
      throw fault(found ? "ENOTDIR" : "ENOENT", path);
    }
  }

  /** Errors of the disk name the container's path, never the learner's. */
  #onDisk<T>(path: string, action: () => T): T {
    try {
      return action();
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "EIO";
      throw fault(code, path);
    }
  }
}

function diskStatus(target: string): FileStatus {
  const found = fs.lstatSync(target);
  const type = found.isDirectory() ? "directory" : found.isSymbolicLink() ? "symlink" : "file";
  const { size, mode, uid, gid, mtimeMs } = found;
  return { type, size, mode: mode & 0o7777, uid, gid, modifiedAt: mtimeMs };
}

function removeOne(target: string): void {
  if (fs.lstatSync(target).isDirectory()) {
    fs.rmdirSync(target);
  } else {
    fs.unlinkSync(target);
  }
}

/** Makes a mount's folder on disk. */
export function makeMountFolder(folder: string): void {
  fs.mkdirSync(dirname(folder), { recursive: true });
  fs.mkdirSync(folder, { recursive: true });
}
