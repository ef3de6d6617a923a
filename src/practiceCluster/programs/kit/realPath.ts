import { posix } from "node:path";
import type { ContainerFileSystem } from "../fileSystem.ts";

/** A path with its symbolic links followed. */
export function realPath(path: string, files: ContainerFileSystem): string {
  let current = "/";
  for (const part of path.split("/").filter(Boolean)) {
    const next = posix.join(current, part);
    try {
      const isLink = files.status(next, { followLinks: false }).type === "symlink";
      current = isLink ? realPath(posix.resolve(current, files.readLink(next)), files) : next;
    } catch {
      current = next;
    }
  }
  return current;
}
