import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { findingsOf } from "../../manifests/checkManifests.ts";
import { hoverAt } from "../../manifests/hover/fieldHover.ts";
import { lensesOf } from "../../manifests/lenses/lensesOf.ts";
import { ManifestFile } from "../../manifests/source/manifestFile.ts";
import { Scene } from "../../manifests/workspace/scene.ts";
import { projectRoot } from "../projectRoot.ts";
import type { Benchmark } from "./benchmark.ts";

const step = join(projectRoot, "lessons", "statefulset", "01-first-contact", "03-in-order", "start");

/** A file of 200 sets (some 13,000 lines): everything that happens when it is opened, and at one keystroke. */
export const manifests: Benchmark = {
  name: "manifests",
  async run() {
    const one = await readFile(join(step, "postgres.yaml"), "utf8");
    const text = Array.from({ length: 200 }, (_, index) => one.replaceAll("postgres", `db-${index}`)).join(
      "\n---\n",
    );
    const opened = [];
    const typed = [];
    const hovered = [];
    const parsed = [];
    for (let round = 0; round < 5; round++) {
      parsed.push(time(() => parseAllDocuments(text).forEach((document) => void document.toJS())));
      const file = ManifestFile.read("all.yaml", text);
      opened.push(time(() => look(file)));
      const changed = text.replace("replicas: 3", `replicas: ${4 + round}`);
      let after = file;
      typed.push(
        time(() => {
          after = file.changedTo(changed);
          const scene = new Scene(after.objects);
          for (const { document } of after.documents) {
            if (!file.documents.some((before) => before.document === document)) {
              findingsOf(document, scene);
            }
          }
        }),
      );
      const [placed] = after.documents;
      hovered.push(
        time(() => placed && hoverAt(placed.document, text.indexOf("replicas") + 1, new Scene([]))),
      );
    }
    return [
      {
        name: "200 sets: first diagnostics and lenses",
        runs: opened,
        unit: "ms",
        bar: 2_000,
        comparedWith: { what: "parsing alone (the yaml package)", value: Math.min(...parsed) },
      },
      { name: "200 sets: one keystroke → diagnostics", runs: typed, unit: "ms", bar: 16 },
      { name: "200 sets: one hover", runs: hovered, unit: "ms", bar: 16 },
    ];
  },
};

function look(file: ManifestFile): void {
  const scene = new Scene(file.objects);
  for (const { document } of file.documents) {
    findingsOf(document, scene);
    for (const object of document.objects) {
      lensesOf(object, scene);
    }
  }
}

function time(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}
