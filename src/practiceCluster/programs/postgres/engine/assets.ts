import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Files that the SQL engine needs beside the program. */
export interface EngineAssets {
  readonly wasm: string;
  readonly data: string;
  readonly worker: string;
  readonly template: string;
}

const here = fileURLToPath(import.meta.url);

/**
 * Where the engine's files are: beside the bundle in `postgres/`, or, when the sources run, in the
 * package that they come from (only the template is always built: src/tools/buildPostgresTemplate.ts).
 */
export function engineAssets(modulePath = here): EngineAssets {
  return modulePath.endsWith(".ts") ? sourceAssets(modulePath) : bundledAssets(dirname(modulePath));
}

function bundledAssets(folder: string): EngineAssets {
  const inFolder = (name: string) => join(folder, "postgres", name);
  return {
    wasm: inFolder("pglite.wasm"),
    data: inFolder("pglite.data"),
    worker: inFolder("worker.mjs"),
    template: inFolder("template.br"),
  };
}

function sourceAssets(modulePath: string): EngineAssets {
  const require = createRequire(modulePath);
  return {
    wasm: require.resolve("@electric-sql/pglite/pglite.wasm"),
    data: require.resolve("@electric-sql/pglite/pglite.data"),
    worker: join(dirname(modulePath), "sourceWorker.mjs"),
    template: join(projectFolder(modulePath), "dist", "postgres", "template.br"),
  };
}

function projectFolder(path: string): string {
  const parent = dirname(path);
  if (existsSync(join(parent, "package.json")) || parent === path) {
    return parent;
  }
  return projectFolder(parent);
}
