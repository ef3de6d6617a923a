import { join } from "node:path";
import { projectRoot } from "./projectRoot.ts";
import { countMocha, programStage } from "./stages/programStage.ts";
import { runStages } from "./stages/stage.ts";

/** The provider of kind clusters against the real kind, docker and kubectl of this machine. */
process.exitCode = await runStages([
  programStage({
    name: "kind",
    file: join(projectRoot, "node_modules", ".bin", "mocha"),
    args: ["--no-color", "--timeout", "400000", "--spec", "test/kind/**/*.test.ts"],
    count: countMocha,
  }),
]);
