import assert from "node:assert/strict";
import * as vscode from "vscode";

const id = "statefulset-dojo.statefulset-dojo";

describe("the extension", () => {
  it("is found, and activates by opening its view", async () => {
    const extension = vscode.extensions.getExtension(id);
    assert.ok(extension, `no extension ${id}`);
    await vscode.commands.executeCommand("workbench.view.extension.dojo");
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it("loads nothing heavy before it is used", () => {
    const loaded = Object.keys(require.cache).filter((file) => file.includes("/dist/"));
    assert.deepEqual(
      loaded.filter((file) => file.endsWith("lesson.cjs")),
      [],
    );
  });
});
