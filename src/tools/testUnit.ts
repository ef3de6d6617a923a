import { staticStages, unitStage } from "./stages/localStages.ts";
import { runStages } from "./stages/stage.ts";

/** `npm run test:unit`: types, lint and unit tests, for the minute before a commit. */
process.exitCode = await runStages([...staticStages, unitStage]);
