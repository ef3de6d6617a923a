import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../../src/tools/projectRoot.ts";
import { checkMarked } from "./markedCase.ts";

const folder = join(projectRoot, "test", "unit", "manifests", "cases");

/** One file holds many cases, divided by `#### what it shows` lines. */
describe("diagnostics of manifests", () => {
  for (const file of readdirSync(folder).sort()) {
    describe(file.replace(/\.yaml$/, ""), () => {
      const text = readFileSync(join(folder, file), "utf8");
      for (const section of text.split(/^#### /m).slice(1)) {
        const newline = section.indexOf("\n");
        it(section.slice(0, newline), () => checkMarked(section.slice(newline + 1)));
      }
    });
  }
});
