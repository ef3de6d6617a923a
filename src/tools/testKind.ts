import { kindLessonStage, toolStage } from "./stages/localStages.ts";
import { runStages } from "./stages/stage.ts";

/** Chapters whose every step and mutant has been seen on kind. */
const provenChapters = ["1", "2", "3", "4"];

/** `npm run test:kind`: the cluster tests and the same lessons on a real kind cluster (kind and docker on PATH). */
process.exitCode = await runStages([
  toolStage("kind cluster from nothing to gone", "testKindCluster.ts"),
  kindLessonStage(provenChapters, 2),
]);
