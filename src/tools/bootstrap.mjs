// Runs one of the project's commands on a machine that may have nothing but Node and npm: installs the
// locked dependencies when they are missing or older than the lock file, builds when a source is newer
// than the bundles, then hands over. Plain JavaScript, because nothing is installed when it starts.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Command → the program that does it; "typescript" runs from source through tsx, "bundle" after a build. */
const commands = {
  start: { typescript: "src/tools/start.ts", build: true },
  test: { typescript: "src/tools/test.ts", build: true },
  "test:kind": { typescript: "src/tools/testKind.ts", build: true },
  "test:unit": { typescript: "src/tools/testUnit.ts", build: true },
  "test:editor": { typescript: "src/tools/testEditor.ts", build: true },
  "test:desktop": { typescript: "src/tools/testDesktop.ts", build: true },
  "practice-cluster": { bundle: "dist/practiceCluster.mjs", build: true },
  lessons: { typescript: "src/tools/lessons.ts", build: true },
  manifests: { typescript: "src/tools/manifests.ts", build: false },
  bench: { typescript: "src/tools/bench/main.ts", build: true },
  package: { typescript: "src/tools/package.ts", build: true },
};

const [name, ...args] = process.argv.slice(2);
const command = commands[name];
if (!command) {
  console.error(`No such command: ${name}. There are: ${Object.keys(commands).join(", ")}.`);
  process.exit(2);
}
requireNode(20, 19);
installDependencies();
if (command.build) {
  build();
}
handOver();

function requireNode(major, minor) {
  const [haveMajor, haveMinor] = process.versions.node.split(".").map(Number);
  if (haveMajor < major || (haveMajor === major && haveMinor < minor)) {
    console.error(`Node ${major}.${minor} or newer is needed; this is ${process.versions.node}.`);
    process.exit(1);
  }
}

function installDependencies() {
  const mark = join(root, "node_modules", ".dojo-installed");
  const lock = join(root, "package-lock.json");
  if (existsSync(mark) && statSync(mark).mtimeMs >= statSync(lock).mtimeMs) {
    return;
  }
  console.error("Installing the locked dependencies (npm ci)…");
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    // npm's own words belong on stderr: the commands' output is read by programs
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (status !== 0) {
    console.error("npm ci failed: see its message above; without the dependencies nothing can run.");
    process.exit(status ?? 1);
  }
  writeFileSync(mark, "");
}

function build() {
  const mark = join(root, "dist", ".built");
  if (existsSync(mark) && !isNewerThan(statSync(mark).mtimeMs)) {
    return;
  }
  const { status } = spawnSync(process.execPath, ["esbuild.mjs", "--production"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) {
    console.error("The build failed: see the message above.");
    process.exit(status ?? 1);
  }
  writeFileSync(mark, "");
}

function isNewerThan(timeMs) {
  const files = ["package.json", "package-lock.json", "esbuild.mjs", "tsconfig.json"].map((file) =>
    join(root, file),
  );
  return [...files, ...sourceFiles(join(root, "src"))].some((file) => statSync(file).mtimeMs > timeMs);
}

function sourceFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function handOver() {
  const program = command.bundle
    ? [join(root, command.bundle)]
    : ["--import", import.meta.resolve("tsx"), join(root, command.typescript)];
  // the command runs where the user stands for file arguments, and finds the project by its own path
  const child = spawn(process.execPath, [...program, ...args], {
    cwd: process.env.INIT_CWD ?? process.cwd(),
    stdio: "inherit",
    // one arena, as src/common/practiceEnvironment.ts has it: the practice cluster then takes a quarter less memory
    env: { ...process.env, DOJO_ROOT: root, ...(command.bundle ? { MALLOC_ARENA_MAX: "1" } : {}) },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => child.kill(signal));
  }
  child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}
