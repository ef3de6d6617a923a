import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";
import * as v from "valibot";
import { chromiumFlags } from "./findChromium.ts";
import type { RunningEditor } from "./startEditor.ts";

const resultsSchema = v.object({
  passed: v.number(),
  failed: v.number(),
  skipped: v.number(),
  report: v.string(),
});

export type HostSuiteResults = v.InferOutput<typeof resultsSchema>;

export interface HostSuiteOptions {
  readonly editor: RunningEditor;
  readonly chromiumPath: string;
  /** The project's root: the extension under development. */
  readonly extensionFolder: string;
  /** The bundled suite; its `run()` writes `resultsFile`. */
  readonly suite: string;
  readonly workspace: string;
  readonly resultsFile: string;
  readonly timeLimitMs: number;
}

/**
 * Runs mocha inside the extension host: opens the workbench with the suite as its extension tests and waits for the
 * exit message. The exit code alone proves nothing (a host that dies reports 0), so the results file is demanded.
 */
export async function runHostSuite(options: HostSuiteOptions): Promise<HostSuiteResults> {
  await mkdir(options.workspace, { recursive: true });
  const browser = await chromium.launch({ executablePath: options.chromiumPath, args: [...chromiumFlags] });
  try {
    const page = await browser.newPage();
    const log: string[] = [];
    const ended = new Promise<void>((resolve, reject) => {
      const limit = setTimeout(
        () => reject(new Error(`The suite did not end in time:\n${log.slice(-40).join("\n")}`)),
        options.timeLimitMs,
      );
      void page.exposeFunction("codeAutomationLog", (_type: string, args: unknown[]) => {
        log.push(args.map(String).join(" "));
      });
      void page.exposeFunction("codeAutomationExit", () => {
        clearTimeout(limit);
        resolve();
      });
    });
    await page.goto(workbenchAddress(options));
    await ended;
    return parseHostResults(await readFile(options.resultsFile, "utf8"));
  } finally {
    await browser.close();
  }
}

function workbenchAddress({ editor, extensionFolder, suite, workspace }: HostSuiteOptions): string {
  const remote = (path: string) => `vscode-remote://${new URL(editor.address).host}${path}`;
  const payload = JSON.stringify([
    ["extensionDevelopmentPath", remote(extensionFolder)],
    ["extensionTestsPath", remote(suite)],
  ]);
  const address = new URL(editor.address);
  address.searchParams.set("folder", workspace);
  address.searchParams.set("payload", payload);
  return address.href;
}

/** Reads a results file. Throws when it is none. */
export function parseHostResults(text: string): HostSuiteResults {
  return v.parse(resultsSchema, JSON.parse(text));
}

/** A results file inside the editor's folder. */
export function resultsFileIn(folder: string): string {
  return join(folder, "host-results.json");
}
