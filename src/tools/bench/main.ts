import { type Benchmark, holds, lineOf } from "./benchmark.ts";
import { bundles } from "./bundles.ts";
import { activation } from "./editor/activation.ts";
import { lessonPage } from "./editor/lessonPage.ts";
import { firstSet } from "./firstSet.ts";
import { manifests } from "./manifests.ts";
import { manyPods } from "./manyPods.ts";
import { start } from "./start.ts";

/**
 * `npm run bench [-- NAME…]`: each benchmark prints its figure (median and spread), its bar, what it is compared
 * with, and the ratio. Exit code 1 when a bar is missed: figures of a busy machine prove nothing.
 */
const all: readonly Benchmark[] = [bundles, start, firstSet, manifests, manyPods, activation, lessonPage];
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !all.some((benchmark) => benchmark.name === name));
if (unknown.length > 0) {
  console.error(
    `No such benchmark: ${unknown.join(", ")}. There are: ${all.map(({ name }) => name).join(", ")}.`,
  );
  process.exit(2);
}
let missed = 0;
for (const benchmark of all.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  console.log(`── ${benchmark.name}`);
  for (const figure of await benchmark.run()) {
    console.log(lineOf(figure));
    missed += holds(figure) ? 0 : 1;
  }
}
console.log(missed === 0 ? "every bar is kept" : `${missed} bars missed`);
process.exitCode = missed === 0 ? 0 : 1;
