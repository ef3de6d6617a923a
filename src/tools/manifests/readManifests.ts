import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
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

/** A patch lies beside its kustomization, or in a folder or two below it. */
const foldersAbove = 3;

/** The kustomizations in the folders of `files` and just above them: they tell which files are only patches. */
export async function kustomizationsAbove(files: readonly ManifestFile[]): Promise<readonly ManifestFile[]> {
  const folders = files.flatMap(({ name }) =>
    Array.from({ length: foldersAbove }, (_, up) => join(dirname(name), "../".repeat(up))),
  );
  const candidates = [...new Set(folders)].flatMap((folder) =>
    ["kustomization.yaml", "kustomization.yml"].map((name) => join(folder, name)),
  );
  const texts = await Promise.all(
    candidates.map(async (name) => ({ name, text: await readFile(name, "utf8").catch(() => undefined) })),
  );
  return texts.flatMap(({ name, text }) => (text === undefined ? [] : [ManifestFile.read(name, text)]));
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
