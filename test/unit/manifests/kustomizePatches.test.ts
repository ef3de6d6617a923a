import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ManifestFile } from "../../../src/manifests/source/manifestFile.ts";
import { isPatch, kustomizePatches } from "../../../src/manifests/workspace/kustomizePatches.ts";
import { projectRoot } from "../../../src/tools/projectRoot.ts";

function patchesOf(text: string, name = "overlay/kustomization.yaml"): readonly string[] {
  return [...kustomizePatches([ManifestFile.read(name, text)])];
}

const part = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: ledger}\nspec: {replicas: 5}\n";

describe("patches of kustomize", () => {
  it("are named by each of the three fields, relative to the kustomization", () => {
    assert.deepEqual(
      patchesOf(
        "patches:\n- path: scale.yaml\n- patch: '[]'\npatchesStrategicMerge: [./more/disk.yaml]\npatchesJson6902: [{path: ../image.yaml}]\n",
      ),
      [join("overlay", "scale.yaml"), join("overlay", "more", "disk.yaml"), "image.yaml"],
    );
  });

  it("are known by any way to write their path", () => {
    const patches = new Set(patchesOf("patches: [{path: scale.yaml}]\n"));
    assert.ok(isPatch("./overlay/scale.yaml", patches));
    assert.ok(!isPatch("base/scale.yaml", patches));
  });

  it("are not resources, patches written in place, or what another file lists", () => {
    assert.deepEqual(patchesOf("resources: [set.yaml]\n"), []);
    assert.deepEqual(patchesOf("patchesStrategicMerge:\n- |\n  kind: StatefulSet\n  spec: {}\n"), []);
    assert.deepEqual(patchesOf("patches: [{path: scale.yaml}]\n", "overlay/other.yaml"), []);
  });

  it("are none in a kustomization that is broken or says something else", () => {
    for (const text of ["patches: [", "patches: 3\n", "", "- a\n", "patches: [null, 3, {path: 4}]\n"]) {
      assert.deepEqual(patchesOf(text), [], text);
    }
  });

  it("are left alone by the command, and files beside them are not", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kustomize-"));
    try {
      await mkdir(join(folder, "patches"));
      await writeFile(join(folder, "kustomization.yaml"), "patches: [{path: patches/scale.yaml}]\n");
      await writeFile(join(folder, "patches", "scale.yaml"), part);
      await writeFile(join(folder, "patches", "whole.yaml"), part);
      await check(join(folder, "patches", "scale.yaml"));
      await assert.rejects(check(join(folder, "patches", "whole.yaml")), { code: 1 });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

function check(file: string): Promise<unknown> {
  return promisify(execFile)(process.execPath, ["--import", "tsx", "src/tools/manifests.ts", "check", file], {
    cwd: projectRoot,
  });
}
