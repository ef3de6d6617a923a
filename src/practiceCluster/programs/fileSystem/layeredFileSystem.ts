import * as fs from "node:fs";
import { join, posix } from "node:path";
import type { ContainerFileSystem, FileStatus } from "../fileSystem.ts";
import { onDisk, removeOne, statusOnDisk } from "./diskFiles.ts";
import { appendTo, type Entry, fileFault, MemoryTree } from "./memoryTree.ts";
import { type Mount, type Place, Places } from "./places.ts";

export { MemoryTree } from "./memoryTree.ts";
export { type Mount, makeMountFolder } from "./places.ts";

type MemoryPlace = Place & { readonly kind: "memory" };

/** A container's tree: the image and what the container writes in memory, claims on disk, the rest of the mounts. */
export class LayeredFileSystem implements ContainerFileSystem {
  readonly #own: MemoryTree;
  readonly #places: Places;
  readonly #now: () => number;

  /** `image`: its files by absolute path, or a tree that many containers share. */
  constructor(
    image: MemoryTree | Readonly<Record<string, string>>,
    mounts: readonly Mount[],
    now: () => number = Date.now,
  ) {
    const own = image instanceof MemoryTree ? image.fork() : MemoryTree.of(image, { modifiedAt: now() });
    for (const folder of ["/tmp", "/etc"]) {
      own.makeFolders(folder, now());
    }
    this.#own = own;
    this.#places = new Places(own, mounts, now());
    this.#now = now;
  }

  /** Bytes that were written into the container's own layer. */
  writtenBytes(): number {
    return this.#own.ownBytes();
  }

  status(path: string, options: { followLinks?: boolean } = {}): FileStatus {
    const place = this.#places.resolve(path, options.followLinks ?? true);
    if (place.kind === "disk") {
      return onDisk(path, () => statusOnDisk(join(place.folder, place.path)));
    }
    const { type, mode, uid, gid, modifiedAt, ...rest } = this.#entry(place, path);
    const size = "contents" in rest ? rest.contents.length : "target" in rest ? rest.target.length : 4096;
    return { type, size, mode, uid, gid, modifiedAt };
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
    const place = this.#places.resolve(path, true);
    if (place.kind === "disk") {
      return onDisk(path, () => fs.readFileSync(join(place.folder, place.path)));
    }
    const found = this.#entry(place, path);
    if (found.type !== "file") {
      throw fileFault("EISDIR", path);
    }
    return found.contents;
  }

  write(path: string, contents: Buffer | string, options: { append?: boolean; mode?: number } = {}): void {
    const place = this.#writable(path);
    const mode = options.mode ?? 0o644;
    if (place.kind === "disk") {
      const flag = options.append ? "a" : "w";
      onDisk(path, () => fs.writeFileSync(join(place.folder, place.path), contents, { flag, mode }));
      return;
    }
    const file = this.#fileToWrite(place, path, mode);
    const data = Buffer.from(contents);
    if (options.append) {
      appendTo(file, data);
    } else {
      file.contents = data;
      file.spare = undefined;
    }
    file.modifiedAt = this.#now();
  }

  list(path: string): readonly string[] {
    const place = this.#places.resolve(path, true);
    if (place.kind === "disk") {
      return onDisk(path, () => fs.readdirSync(join(place.folder, place.path))).sort();
    }
    const found = this.#entry(place, path);
    if (found.type !== "directory") {
      throw fileFault("ENOTDIR", path);
    }
    return [...found.children.keys()].sort();
  }

  makeDirectory(path: string, options: { recursive?: boolean; mode?: number } = {}): void {
    if (options.recursive && posix.dirname(path) !== path && !this.exists(posix.dirname(path))) {
      this.makeDirectory(posix.dirname(path), options);
    }
    if (this.exists(path)) {
      if (options.recursive && this.status(path).type === "directory") {
        return;
      }
      throw fileFault("EEXIST", path);
    }
    const place = this.#writable(path);
    const mode = options.mode ?? 0o755;
    if (place.kind === "disk") {
      onDisk(path, () => fs.mkdirSync(join(place.folder, place.path), { mode }));
      return;
    }
    this.#requireParent(place, path);
    place.tree.putFolder(place.path, mode, this.#now());
  }

  remove(path: string, options: { recursive?: boolean } = {}): void {
    const place = this.#writable(path, false);
    if (place.path === "/") {
      throw fileFault("EBUSY", path);
    }
    if (place.kind === "disk") {
      const target = join(place.folder, place.path);
      onDisk(path, () => (options.recursive ? fs.rmSync(target, { recursive: true }) : removeOne(target)));
      return;
    }
    const found = this.#entry(place, path);
    if (found.type === "directory" && found.children.size > 0 && !options.recursive) {
      throw fileFault("ENOTEMPTY", path);
    }
    place.tree.take(place.path, this.#now());
  }

  rename(from: string, to: string): void {
    const source = this.#writable(from, false);
    const target = this.#writable(to, false);
    if (source.kind === "disk" && target.kind === "disk" && source.folder === target.folder) {
      onDisk(from, () => fs.renameSync(join(source.folder, source.path), join(target.folder, target.path)));
      return;
    }
    if (source.kind === "memory" && target.kind === "memory" && source.tree === target.tree) {
      this.#requireParent(target, to);
      this.#entry(source, from);
      if (source.path !== target.path) {
        target.tree.put(target.path, source.tree.take(source.path, this.#now()), this.#now());
      }
      return;
    }
    throw fileFault("EXDEV", to);
  }

  link(target: string, path: string): void {
    const place = this.#writable(path, false);
    if (place.kind === "disk") {
      onDisk(path, () => fs.symlinkSync(target, join(place.folder, place.path)));
      return;
    }
    if (place.tree.find(place.path)) {
      throw fileFault("EEXIST", path);
    }
    this.#requireParent(place, path);
    place.tree.putLink(place.path, target, this.#now());
  }

  readLink(path: string): string {
    const place = this.#places.resolve(path, false);
    if (place.kind === "disk") {
      return onDisk(path, () => fs.readlinkSync(join(place.folder, place.path)));
    }
    const found = this.#entry(place, path);
    if (found.type !== "symlink") {
      throw fileFault("EINVAL", path);
    }
    return found.target;
  }

  changeMode(path: string, mode: number): void {
    const place = this.#writable(path);
    if (place.kind === "disk") {
      onDisk(path, () => fs.chmodSync(join(place.folder, place.path), mode));
    } else {
      this.#change(place, path).mode = mode;
    }
  }

  /** On disk the owner is the learner's and stays so; in memory it is remembered. */
  changeOwner(path: string, uid: number, gid: number): void {
    const place = this.#writable(path);
    if (place.kind === "memory") {
      Object.assign(this.#change(place, path), { uid, gid });
    }
  }

  touch(path: string, modifiedAt: number): void {
    const place = this.#writable(path);
    if (place.kind === "disk") {
      const seconds = modifiedAt / 1000;
      onDisk(path, () => fs.utimesSync(join(place.folder, place.path), seconds, seconds));
    } else {
      this.#change(place, path).modifiedAt = modifiedAt;
    }
  }

  hostPath(path: string): string | undefined {
    const place = this.#places.resolve(path, true);
    return place.kind === "disk" ? join(place.folder, place.path) : undefined;
  }

  mountOf(path: string): { mountPoint: string; kind: string; readOnly: boolean } {
    const { mount } = this.#places.resolve(path, true);
    return mount
      ? { mountPoint: mount.mountPath, kind: mount.kind, readOnly: mount.readOnly }
      : { mountPoint: "/", kind: "overlay", readOnly: false };
  }

  #writable(path: string, followLinks = true): Place {
    const place = this.#places.resolve(path, followLinks);
    if (place.mount?.readOnly) {
      throw fileFault("EROFS", path);
    }
    return place;
  }

  #entry(place: MemoryPlace, path: string): Entry {
    const found = place.tree.find(place.path);
    if (!found) {
      this.#requireParent(place, path);
      throw fileFault("ENOENT", path);
    }
    return found;
  }

  #change(place: MemoryPlace, path: string): Entry {
    this.#entry(place, path);
    return place.tree.change(place.path);
  }

  #fileToWrite(place: MemoryPlace, path: string, mode: number) {
    const found = place.tree.find(place.path);
    if (!found) {
      this.#requireParent(place, path);
      return place.tree.putFile(place.path, "", mode, this.#now());
    }
    const file = place.tree.change(place.path);
    if (file.type !== "file") {
      throw fileFault("EISDIR", path);
    }
    return file;
  }

  /** Throws ENOENT or ENOTDIR where the folder that should hold `path` is none. */
  #requireParent(place: MemoryPlace, path: string): void {
    let folder = posix.dirname(place.path);
    const found = place.tree.find(folder);
    if (found?.type === "directory") {
      return;
    }
    while (folder !== "/" && !place.tree.find(folder)) {
      folder = posix.dirname(folder);
    }
    throw fileFault(place.tree.find(folder)?.type === "directory" ? "ENOENT" : "ENOTDIR", path);
  }
}
