import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly default: unknown }>> };
  };
}

const extension = vscode.extensions.getExtension("statefulset-dojo.statefulset-dojo");
assert.ok(extension);
const folder = extension.extensionPath;
const read = (file: string) => JSON.parse(readFileSync(join(folder, file), "utf8")) as Record<string, string>;
const manifest = read("package.json") as unknown as Manifest;

describe("what the extension contributes", () => {
  it("registers every command of the palette, and none that the palette does not have", async () => {
    const registered = (await vscode.commands.getCommands(true)).filter((command) =>
      /^dojo\.[a-zA-Z]+$/.test(command),
    );
    const contributed = manifest.contributes.commands.map(({ command }) => command);
    for (const command of contributed) {
      assert.ok(registered.includes(command), `${command} is not registered`);
    }
  });

  it("says everything in both languages", () => {
    const [english, japanese] = [read("package.nls.json"), read("package.nls.ja.json")];
    const used = [...JSON.stringify(manifest).matchAll(/%([\w.]+)%/g)].map(([, key]) => key ?? "");
    assert.ok(used.length > 10);
    for (const key of used) {
      assert.ok(english[key], `no English for ${key}`);
      assert.ok(japanese[key], `no Japanese for ${key}`);
    }
    assert.deepEqual(Object.keys(english).sort(), Object.keys(japanese).sort());
  });

  it("has its settings with their defaults", () => {
    for (const [name, { default: value }] of Object.entries(manifest.contributes.configuration.properties)) {
      const [section = "", key = ""] = [name.slice(0, name.indexOf(".")), name.slice(name.indexOf(".") + 1)];
      assert.deepEqual(vscode.workspace.getConfiguration(section).inspect(key)?.defaultValue, value, name);
    }
  });
});
