import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { projectRoot } from "../../../src/tools/projectRoot.ts";

const source = join(projectRoot, "src");

/**
 * Folder → what it may import beside itself. The longest matching folder counts; "vscode" is the editor,
 * "node" Node's own modules. Packages are free where nothing forbids them.
 */
const rules: Readonly<Record<string, readonly string[]>> = {
  common: ["node"],
  practiceCluster: ["common", "node"],
  "practiceCluster/api": ["common", "node"],
  "practiceCluster/storage": ["common", "practiceCluster/api", "node"],
  "practiceCluster/apiServer": [
    "common",
    "practiceCluster/api",
    "practiceCluster/storage",
    "practiceCluster/controllers/disruption",
    "node",
  ],
  "practiceCluster/controllers": ["common", "practiceCluster/api", "node"],
  "practiceCluster/scheduling": ["common", "practiceCluster/api", "practiceCluster/controllers/kit", "node"],
  "practiceCluster/volumes": ["common", "practiceCluster/api", "practiceCluster/controllers/kit", "node"],
  "practiceCluster/network": [
    "common",
    "practiceCluster/api",
    "practiceCluster/programs",
    "practiceCluster/controllers/kit",
    "node",
  ],
  "practiceCluster/runtime": [
    "common",
    "practiceCluster/api",
    "practiceCluster/programs",
    "practiceCluster/network",
    "practiceCluster/volumes",
    "practiceCluster/controllers/kit",
    "node",
  ],
  "practiceCluster/programs": ["common", "node"],
  lessons: ["common", "node"],
  manifests: ["common", "node"],
  "manifests/editor": ["common", "manifests", "clusters/cluster.ts", "vscode", "node"],
  kubectl: ["common", "node"],
  clusters: ["common", "kubectl", "node"],
  checks: ["common", "lessons", "manifests", "kubectl", "clusters/cluster.ts", "node"],
  "webview/protocol": ["common", "lessons", "checks"],
  "webview/page": ["common", "webview/protocol"],
  "webview/host": [
    "common",
    "lessons",
    "checks",
    "kubectl",
    "clusters/cluster.ts",
    "webview/protocol",
    "views",
    "vscode",
    "node",
  ],
  views: [
    "common",
    "lessons",
    "checks",
    "kubectl",
    "clusters/cluster.ts",
    "webview/protocol",
    "webview/host",
    "manifests/editor",
    "vscode",
    "node",
  ],
  tools: ["*", "node"],
  "extension.ts": ["*", "vscode", "node"],
};

interface Import {
  readonly file: string;
  readonly target: string;
}

function sourceFiles(): string[] {
  return readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}

function importsOf(path: string): Import[] {
  const text = readFileSync(path, "utf8");
  const file = slashes(relative(source, path));
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1] ?? "");
  return specifiers.flatMap((specifier) => {
    if (specifier === "vscode") {
      return { file, target: "vscode" };
    }
    if (specifier.startsWith("node:")) {
      return { file, target: "node" };
    }
    if (specifier.startsWith(".")) {
      return { file, target: slashes(relative(source, join(dirname(path), specifier))) };
    }
    return [];
  });
}

function slashes(path: string): string {
  return path.split(sep).join("/");
}

function ruleOf(file: string): readonly [string, readonly string[]] | undefined {
  return Object.entries(rules)
    .filter(([folder]) => file === folder || file.startsWith(`${folder}/`))
    .sort(([a], [b]) => b.length - a.length)[0];
}

function isAllowed({ file, target }: Import): boolean {
  const rule = ruleOf(file);
  if (!rule) {
    return false;
  }
  const [own, allowed] = rule;
  return [own, ...allowed].some(
    (place) => (place === "*" && target !== "vscode") || target === place || target.startsWith(`${place}/`),
  );
}

/** Where the parts meet: these few files are wiring and may see everything of the practice cluster. */
const wiring = ["practiceCluster/cluster.ts", "practiceCluster/main.ts"];

describe("import directions", () => {
  it("every folder below src has a rule", () => {
    const without = sourceFiles()
      .map((path) => slashes(relative(source, path)))
      .filter((file) => !ruleOf(file));
    assert.deepEqual(without, []);
  });

  it("no file imports what its folder may not know", () => {
    const forbidden = sourceFiles()
      .flatMap(importsOf)
      .filter((each) => !wiring.includes(each.file) && !isAllowed(each))
      .map(({ file, target }) => `${file} → ${target}`);
    assert.deepEqual(forbidden, []);
  });

  it("nothing imports the extension's entry", () => {
    const importers = sourceFiles()
      .flatMap(importsOf)
      .filter(({ target }) => target === "extension.ts");
    assert.deepEqual(importers, []);
  });
});
