import { homedir } from "node:os";
import { join } from "node:path";

/** Where the project's commands keep what they fetch (editor, kubectl): outside the tree, shared by clones. */
export function cacheFolder(...parts: string[]): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "statefulset-dojo", ...parts);
}
