import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { mustRun } from "../runProgram.ts";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The path of a Chromium; installs Debian's where there is none and this process is root. */
export async function findChromium(): Promise<string> {
  const found = findOnPath();
  if (found) {
    return found;
  }
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    console.error("Installing Chromium from Debian's packages…");
    const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await mustRun("apt-get", ["update", "-qq"], { environment });
    await mustRun("apt-get", ["install", "-y", "-qq", "chromium", "fonts-noto-cjk"], { environment });
    const installed = findOnPath();
    if (installed) {
      return installed;
    }
  }
  throw new Error(
    "No Chromium was found: install it (Debian: apt-get install chromium fonts-noto-cjk) and call this again.",
  );
}

function findOnPath(): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin"];
  return folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}

/** Flags for a Chromium that runs headless, as root too, and asks nobody on the network. */
export const chromiumFlags: readonly string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
