import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { ManifestFile } from "../../manifests/source/manifestFile.ts";

/** A path that could not be read, in words. */
export class UnreadableManifest extends Error {}

/**
 * Reads the named files, the YAML files of the named folders, and standard input for `-`. Throws
 * UnreadableManifest for a path that is not there or cannot be read.
 */
export async function readManifests(paths: readonly string[]): Promise<readonly ManifestFile[]> {
  const files = (await Promise.all(paths.map(expand))).flat();
  return Promise.all(
    files.map(async (file) => ManifestFile.read(file === "-" ? "stdin" : file, await read(file))),
  );
}

async function expand(path: string): Promise<readonly string[]> {
  if (path === "-") {
    return [path];
  }
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new UnreadableManifest(
      error.code === "ENOENT"
        ? `There is no file or folder ${path}.`
        : `${path} cannot be read: ${error.message}`,
    );
  });
  if (!found.isDirectory()) {
    return [path];
  }
  const names = await readdir(path, { recursive: true });
  return names
    .filter((name) => /\.ya?ml$/.test(name) && !name.includes("node_modules"))
    .sort()
    .map((name) => join(path, name));
}

async function read(file: string): Promise<string> {
  if (file !== "-") {
    return readFile(file, "utf8");
  }
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}
