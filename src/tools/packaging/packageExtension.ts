import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "../projectRoot.ts";
import { mustRun } from "../runProgram.ts";

/** Packs the built extension into `folder` and returns the path of the .vsix. Throws with vsce's words when it refuses. */
export async function packageExtension(folder: string): Promise<string> {
  const { name, version } = JSON.parse(await readFile(join(projectRoot, "package.json"), "utf8")) as {
    name: string;
    version: string;
  };
  const file = join(folder, `${name}-${version}.vsix`);
  // everything is bundled: no node_modules go in
  await mustRun(
    process.execPath,
    [
      join(projectRoot, "node_modules", "@vscode", "vsce", "vsce"),
      "package",
      "--no-dependencies",
      "--skip-license",
      // links between the pages stay as they are: there is no address to rewrite them to
      "--no-rewrite-relative-links",
      "--out",
      file,
    ],
    { directory: projectRoot },
  );
  return file;
}
