import { join } from "node:path";
import { build } from "esbuild";
import { projectRoot } from "../projectRoot.ts";

/** A suite of test/editor/host in one file: the extension host resolves none of the project's TypeScript; mocha stays outside. */
export async function bundleHostSuite(outfile: string, entry = "index.ts"): Promise<void> {
  await build({
    entryPoints: [join(projectRoot, "test", "editor", "host", entry)],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["vscode", "mocha"],
    logLevel: "error",
  });
}
