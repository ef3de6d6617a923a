import { lessonStages, toolStage } from "./stages/localStages.ts";
import { runStages } from "./stages/stage.ts";

/** `npm run test:kind`: the cluster tests and the same lessons on a real kind cluster (kind and docker on PATH). */
process.exitCode = await runStages([
  toolStage("kind cluster from nothing to gone", "testKindCluster.ts"),
  ...lessonStages("kind").filter((stage) => stage.name.includes("verify")),
]);
