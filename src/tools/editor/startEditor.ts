import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { InstalledEditor } from "./installEditor.ts";

export interface EditorOptions {
  /** Everything the editor writes (settings, logs, extensions, home) goes in here. */
  readonly folder: string;
  /** Environment of the editor beside what it needs itself, for example PATH. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** A .vsix to install first. */
  readonly extension?: string;
  /** Lets mocha run inside the extension host; suppresses notifications and modal dialogs. */
  readonly testDriver?: boolean;
  readonly port?: number;
  /** The editor's display language: "ja" needs the language pack and is set by the page's locale otherwise. */
}

export interface RunningEditor {
  /** http://127.0.0.1:PORT */
  readonly address: string;
  stop(): Promise<void>;
}

const quietSettings = {
  "workbench.startupEditor": "none",
  "workbench.quickOpen.closeOnFocusLost": false,
  "workbench.tips.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "terminal.integrated.gpuAcceleration": "off",
  "chat.disableAIFeatures": true,
  "telemetry.telemetryLevel": "off",
  "extensions.autoUpdate": false,
  "update.mode": "none",
};

/** Starts a VS Code server on 127.0.0.1 and resolves when it listens. Throws with its output when it does not. */
export async function startEditor(editor: InstalledEditor, options: EditorOptions): Promise<RunningEditor> {
  await writeSettings(options);
  const environment = editorEnvironment(options);
  if (options.extension) {
    await installExtension(editor, options, environment);
  }
  const child = spawn(editor.nodePath, [editor.serverMain, ...serverArguments(options)], {
    env: environment,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const port = await listeningPort(child);
  return { address: `http://127.0.0.1:${port}`, stop: () => stopGroup(child) };
}

async function writeSettings({ folder, settings }: EditorOptions): Promise<void> {
  for (const part of ["home", "tmp", "extensions", join("data", "data", "User")]) {
    await mkdir(join(folder, part), { recursive: true });
  }
  const contents = JSON.stringify({ ...quietSettings, ...settings }, null, 2);
  await writeFile(join(folder, "data", "data", "User", "settings.json"), contents);
  await mkdir(join(folder, "data", "data", "Machine"), { recursive: true });
  await writeFile(join(folder, "data", "data", "Machine", "settings.json"), contents);
}

function editorEnvironment({ folder, environment }: EditorOptions): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    LANG: "C.UTF-8",
    SHELL: "/bin/bash",
    HOME: join(folder, "home"),
    TMPDIR: join(folder, "tmp"),
    EXTENSIONS_GALLERY: "{}",
    ...environment,
  };
}

function commonArguments({ folder }: EditorOptions): string[] {
  return [
    "--accept-server-license-terms",
    `--server-data-dir=${join(folder, "data")}`,
    `--extensions-dir=${join(folder, "extensions")}`,
  ];
}

function serverArguments(options: EditorOptions): string[] {
  return [
    "--host=127.0.0.1",
    `--port=${options.port ?? 0}`,
    "--without-connection-token",
    ...commonArguments(options),
    "--disable-telemetry",
    "--disable-experiments",
    "--disable-workspace-trust",
    ...(options.testDriver ? ["--enable-smoke-test-driver"] : []),
  ];
}

function installExtension(
  editor: InstalledEditor,
  options: EditorOptions,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const args = [
    editor.serverMain,
    "--install-extension",
    options.extension ?? "",
    "--force",
    ...commonArguments(options),
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(editor.nodePath, args, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
    const output = collect(child);
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`The extension could not be installed:\n${output()}`)),
    );
  });
}

function collect(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      text += String(chunk);
    });
  }
  return () => text;
}

function listeningPort(child: ChildProcess): Promise<number> {
  const output = collect(child);
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      void stopGroup(child);
      reject(new Error(`The editor did not listen within 60 s:\n${output()}`));
    }, 60_000);
    child.stdout?.on("data", () => {
      const match = /listening on (\d+)/.exec(output());
      if (match?.[1]) {
        clearTimeout(limit);
        resolve(Number(match[1]));
      }
    });
    child.on("error", reject);
    child.on("exit", (code) => {
      clearTimeout(limit);
      reject(new Error(`The editor ended with exit code ${code}:\n${output()}`));
    });
  });
}

/** Ends the server and what it started (extension hosts, terminals): they are one process group. */
function stopGroup(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    const group = child.pid === undefined ? undefined : -child.pid;
    if (child.exitCode !== null || child.signalCode !== null || group === undefined) {
      resolve();
      return;
    }
    const kill = setTimeout(() => process.kill(group, "SIGKILL"), 5_000);
    child.once("exit", () => {
      clearTimeout(kill);
      resolve();
    });
    process.kill(group, "SIGTERM");
  });
}
