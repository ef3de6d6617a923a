import * as fs from "node:fs";
import type { FileStatus } from "../fileSystem.ts";
import { fileFault } from "./memoryTree.ts";

/** Runs an action on the disk; its errors name the container's path, never the learner's. */
export function onDisk<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw fileFault(error instanceof Error && "code" in error ? String(error.code) : "EIO", path);
  }
}

export function statusOnDisk(target: string): FileStatus {
  const found = fs.lstatSync(target);
  const type = found.isDirectory() ? "directory" : found.isSymbolicLink() ? "symlink" : "file";
  // the owner on disk is the learner; inside, a fresh volume is root's
  return { type, size: found.size, mode: found.mode & 0o7777, uid: 0, gid: 0, modifiedAt: found.mtimeMs };
}

export function removeOne(target: string): void {
  if (fs.lstatSync(target).isDirectory()) {
    fs.rmdirSync(target);
  } else {
    fs.unlinkSync(target);
  }
}
