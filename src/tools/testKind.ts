import { kindLessonStage, toolStage } from "./stages/localStages.ts";
import { runStages } from "./stages/stage.ts";

/** What is proven each time, as far as the time for it goes. */
const chapters = process.argv.includes("--all")
  ? ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]
  : ["1", "2", "3", "4"];

/**
 * `npm run test:kind`: the cluster tests and the same lessons on a real kind cluster (kind and docker on PATH).
 * `-- --all` proves every chapter, which takes more than an hour.
 */
process.exitCode = await runStages([
  toolStage("kind cluster from nothing to gone", "testKindCluster.ts"),
  kindLessonStage(chapters, 2),
]);
