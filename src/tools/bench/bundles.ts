import { stat } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "../projectRoot.ts";
import type { Benchmark } from "./benchmark.ts";

/** Sizes of what is loaded: the entry at activation, the rest on first use. */
export const bundles: Benchmark = {
  name: "bundles",
  async run() {
    const size = async (file: string) => (await stat(join(projectRoot, "dist", file))).size / 1024;
    return [
      { name: "main bundle (extension.cjs)", runs: [await size("extension.cjs")], unit: "KB", bar: 150 },
      {
        name: "manifest help (manifests.cjs, first YAML file)",
        runs: [await size("manifests.cjs")],
        unit: "KB",
        bar: 400,
      },
      {
        name: "lesson engine (lesson.cjs, first step)",
        runs: [await size("lesson.cjs")],
        unit: "KB",
        bar: 1_500,
      },
      { name: "lesson page (page.js)", runs: [await size("page.js")], unit: "KB", bar: 150 },
    ];
  },
};
