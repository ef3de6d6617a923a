import assert from "node:assert/strict";
import { join } from "node:path";
import type { WhereItem } from "../../../src/lessons/course.ts";
import { loadCourse } from "../../../src/lessons/loadCourse.ts";
import { projectRoot } from "../../../src/tools/projectRoot.ts";

/** How many there are of each kind that is counted: commands, manifests, pitfalls, beliefs that are put right. */
const inventory = { C: 68, Y: 6, P: 8, T: 36 };

describe("where what is taught", () => {
  let items: readonly WhereItem[] = [];

  before(async () => {
    const { course } = await loadCourse(join(projectRoot, "lessons", "statefulset"));
    items = course?.where.flatMap((group) => group.items) ?? [];
  });

  it("leaves out no command, manifest, pitfall or belief", () => {
    const known = new Set(items.map(({ id }) => id));
    const wanted = Object.entries(inventory).flatMap(([kind, count]) =>
      Array.from({ length: count }, (_, index) => `${kind}${index + 1}`),
    );
    assert.deepEqual(
      wanted.filter((id) => !known.has(id)),
      [],
    );
  });

  it("names each thing once, in words, as a command or by its field", () => {
    const counted = /^[CYPT]\d+$/;
    assert.deepEqual(
      items.map(({ id }) => id).filter((id, index, all) => all.indexOf(id) !== index),
      [],
    );
    assert.deepEqual(
      items.filter(({ id, what, command }) => counted.test(id) && !what && !command),
      [],
    );
  });

  it("says the truth of commands: each stands in a step that is named", async () => {
    const { course } = await loadCourse(join(projectRoot, "lessons", "statefulset"));
    const steps = new Map(
      course?.chapters.flatMap((chapter) => chapter.steps).map((step) => [step.id, step]),
    );
    const missing = items.filter(({ command, steps: named }) => {
      const verb = /^kubectl (?:rollout )?\w+/.exec(command ?? "")?.[0];
      return verb && !named.some((id) => (JSON.stringify(steps.get(id)) ?? "").includes(verb));
    });
    assert.deepEqual(
      missing.map(({ id, command }) => `${id} ${command}`),
      [],
    );
  });
});
