// Bundles everything that is shipped into dist: one file for each process, heavy parts apart.
//   node esbuild.mjs [--production] [--watch]
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { thirdPartyNotices } from "./src/tools/packaging/thirdPartyNotices.mjs";

const root = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const isProduction = process.argv.includes("--production");
const isWatching = process.argv.includes("--watch");
const at = (...parts) => join(root, ...parts);

/** CommonJS packages inside an ES module bundle call require for Node's own modules. */
const requireBanner = {
  js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
};

const common = {
  bundle: true,
  platform: "node",
  target: "node20",
  minify: isProduction,
  sourcemap: isProduction ? false : "linked",
  legalComments: "none",
  logLevel: "warning",
};

/** What the extension loads on first use; one bundle, so that error classes stay the same on both sides. */
const heavyModules = [
  "./clusters/index.ts",
  "./lessons/loadCourse.ts",
  "./lessons/progressStore.ts",
  "./lessons/learnerFolder.ts",
  "./checks/stepSession.ts",
  "./webview/host/markdown.ts",
  "./webview/host/stepState.ts",
  "./webview/protocol/messages.ts",
];

/** The manifest help: needed in windows that never open a lesson. */
const manifestHelp = "./manifests/editor/register.ts";

/** Turns the entry's lazy imports into a require of the heavy bundles beside it. */
const lazyHeavyBundle = {
  name: "lazy-heavy-bundle",
  setup(build) {
    build.onResolve({ filter: /^\.\// }, ({ kind, path }) => {
      if (kind !== "dynamic-import") {
        return undefined;
      }
      const isHeavy = heavyModules.includes(path);
      const file = isHeavy ? "./lesson.cjs" : path === manifestHelp ? "./manifests.cjs" : undefined;
      return file ? { path: file, external: true } : undefined;
    });
  },
};

const inEditor = {
  ...common,
  format: "cjs",
  outdir: at("dist"),
  outExtension: { ".js": ".cjs" },
  external: ["vscode"],
  mainFields: ["module", "main"],
  supported: { "dynamic-import": false },
};

const bundles = [
  { ...inEditor, entryPoints: { extension: at("src/extension.ts") }, plugins: [lazyHeavyBundle] },
  {
    ...inEditor,
    entryPoints: undefined,
    outdir: undefined,
    outExtension: undefined,
    outfile: at("dist/lesson.cjs"),
    stdin: {
      contents: heavyModules.map((path) => `export * from "${path}";`).join("\n"),
      resolveDir: at("src"),
      sourcefile: "lesson.ts",
      loader: "ts",
    },
  },
  {
    ...inEditor,
    entryPoints: { manifests: at("src", manifestHelp) },
    // the schema data lie beside the bundle
    define: { "import.meta.url": "__bundleUrl" },
    banner: { js: "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  },
  {
    ...common,
    platform: "browser",
    target: "es2022",
    format: "esm",
    outdir: at("dist"),
    entryPoints: { page: at("src/webview/page/main.ts") },
  },
  {
    ...common,
    platform: "browser",
    outdir: at("dist"),
    entryPoints: { page: at("src/webview/page/page.css") },
  },
  {
    ...common,
    entryPoints: { practiceCluster: at("src/practiceCluster/main.ts") },
    outdir: at("dist"),
    format: "esm",
    outExtension: { ".js": ".mjs" },
    banner: requireBanner,
  },
  {
    ...common,
    entryPoints: { worker: at("src/practiceCluster/programs/postgres/engine/worker.ts") },
    outdir: at("dist/postgres"),
    format: "esm",
    outExtension: { ".js": ".mjs" },
    banner: requireBanner,
  },
];

copyData();
if (isWatching) {
  for (const bundle of bundles) {
    const context = await esbuild.context(bundle);
    await context.watch();
  }
} else {
  const notices = thirdPartyNotices(at("dist/THIRD-PARTY-NOTICES.txt"));
  const shipped = isProduction
    ? bundles.map((bundle) => ({ ...bundle, plugins: [...(bundle.plugins ?? []), notices()] }))
    : bundles;
  await Promise.all(shipped.map((bundle) => esbuild.build(bundle)));
  await buildTemplate();
}

/** Files that the bundles read beside themselves (docs/architecture.md). */
function copyData() {
  mkdirSync(at("dist/postgres"), { recursive: true });
  cpSync(at("src/common/kubernetes/schema/data"), at("dist/data"), { recursive: true });
  for (const name of ["pglite.wasm", "pglite.data"]) {
    cpSync(require.resolve(`@electric-sql/pglite/${name}`), at("dist/postgres", name));
  }
}

/** The data folder that every new PostgreSQL begins with: made once, because initdb takes seconds and 800 MB. */
async function buildTemplate() {
  const template = at("dist/postgres/template.br");
  if (existsSync(template)) {
    return;
  }
  const { spawnSync } = await import("node:child_process");
  const { status } = spawnSync(
    process.execPath,
    ["--import", import.meta.resolve("tsx"), at("src/tools/buildPostgresTemplate.ts"), template],
    { stdio: ["ignore", 2, 2] },
  );
  if (status !== 0) {
    console.error("The template of PostgreSQL's data folder could not be made.");
    process.exit(status ?? 1);
  }
}
