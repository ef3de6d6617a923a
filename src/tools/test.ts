import { lessonStages, staticStages, toolStage, unitStage } from "./stages/localStages.ts";
import { runStages } from "./stages/stage.ts";

/** `npm test`: everything that can be proven without a real cluster. */
process.exitCode = await runStages([
  ...staticStages,
  unitStage,
  toolStage("practice cluster against the recorded truth", "testConformance.ts"),
  ...lessonStages,
  toolStage("real VS Code", "testEditor.ts"),
]);
