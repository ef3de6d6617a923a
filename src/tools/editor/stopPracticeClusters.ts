import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Ends the practice clusters whose data lie in `folder`: they outlive their editor on purpose, but not their test. */
export async function stopPracticeClustersIn(folder: string): Promise<void> {
  for (const entry of await readdir("/proc")) {
    const words = await readFile(join("/proc", entry, "cmdline"), "utf8").catch(() => "");
    if (words.includes("practiceCluster.mjs") && words.includes(folder)) {
      process.kill(Number(entry), "SIGTERM");
    }
  }
}
