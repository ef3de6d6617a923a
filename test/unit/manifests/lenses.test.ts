import assert from "node:assert/strict";
import { lensesOf } from "../../../src/manifests/lenses/lensesOf.ts";
import { ManifestFile } from "../../../src/manifests/source/manifestFile.ts";
import { Scene } from "../../../src/manifests/workspace/scene.ts";

function actionsAbove(apiVersion: string): readonly string[] {
  const { objects } = ManifestFile.read(
    "set.yaml",
    `apiVersion: ${apiVersion}\nkind: StatefulSet\nmetadata: {name: ledger}\nspec: {replicas: 3}\n`,
  );
  const scene = new Scene(objects);
  return objects.flatMap((object) =>
    lensesOf(object, scene).flatMap(({ action }) => (action === undefined ? [] : [action])),
  );
}

describe("lenses of manifests", () => {
  it("offer a set's own actions above a StatefulSet", () => {
    const actions = actionsAbove("apps/v1");
    for (const action of ["apply", "scale", "partition", "claims", "restart"]) {
      assert.ok(actions.includes(action), `${action} is not among ${actions.join(", ")}`);
    }
  });

  it("offer none of them above a custom resource of that name", () => {
    const actions = actionsAbove("workloads.example.com/v1");
    assert.ok(actions.includes("apply"));
    for (const action of ["scale", "partition", "claims", "restart", "rolloutStatus"]) {
      assert.ok(!actions.includes(action), `${action} is among ${actions.join(", ")}`);
    }
  });
});
