import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { DojoParts } from "../../../src/extension.ts";
import { Questions, runningParts, withoutTrust } from "./dojoInEditor.ts";

const run = (command: string) => vscode.commands.executeCommand(`dojo.${command}`);

describe("the palette without an open step", () => {
  let parts: DojoParts;
  let questions: Questions;

  before(async () => {
    parts = await runningParts();
    questions = new Questions();
    await parts.dojo.switchLanguage("en");
  });

  after(() => questions.restore());

  beforeEach(() => {
    questions.answer = undefined;
    questions.take();
    assert.equal(parts.dojo.opened?.step.id, undefined);
  });

  for (const command of ["nextStep", "startOverStep"]) {
    it(`says for ${command} that no step is open, and offers the course`, async () => {
      await run(command);
      assert.deepEqual(questions.take(), [{ text: "No step is open.", choices: ["Start the Course"] }]);
      await parts.dojo.switchLanguage("ja");
      await run(command);
      assert.deepEqual(questions.take(), [
        { text: "開いているステップはありません。", choices: ["コースを始める"] },
      ]);
      await parts.dojo.switchLanguage("en");
    });
  }

  it("switches the language there and back", async () => {
    await run("switchLanguage");
    assert.equal(parts.dojo.language, "ja");
    await run("switchLanguage");
    assert.equal(parts.dojo.language, "en");
  });

  it("looks at the environment in either language", async () => {
    await run("doctor");
    const [english] = questions.take();
    assert.match(english?.choices[0] ?? "", /cluster \| practice: was not started yet/);
    assert.match(english?.choices[1] ?? "", /kubectl \| .*1\.\d+/);
    await parts.dojo.switchLanguage("ja");
    await run("doctor");
    const [japanese] = questions.take();
    assert.match(japanese?.choices[0] ?? "", /クラスタ \| practice: まだ起動していません/);
    await parts.dojo.switchLanguage("en");
  });

  it("offers each kind of cluster and changes nothing when turned away", async () => {
    await run("chooseCluster");
    const [asked] = questions.take();
    assert.deepEqual(
      asked?.choices.map((line) => line.split(" | ")[0]),
      ["practice", "kind", "auto"],
    );
    assert.equal(vscode.workspace.getConfiguration("dojo").get("cluster"), "practice");
  });

  it("deletes a cluster only when that is confirmed", async () => {
    await run("deleteCluster");
    assert.deepEqual(
      questions.take().map(({ choices }) => choices),
      [["Delete"]],
    );
  });

  it("runs nothing in a workspace that is not trusted, and asks for trust", async () => {
    await withoutTrust(async () => {
      for (const command of ["startCourse", "openStep", "openTerminal", "doctor", "deleteCluster"]) {
        await run(command);
        const [asked, ...more] = questions.take();
        assert.match(asked?.text ?? "", /not trusted/, command);
        assert.deepEqual(asked?.choices, ["Manage Trust"], command);
        assert.deepEqual(more, [], command);
      }
    });
    assert.equal(parts.dojo.cluster, undefined);
    assert.deepEqual(
      vscode.window.terminals.filter(({ name }) => name === "Dojo"),
      [],
    );
  });

  it("says in its manifest what an untrusted workspace gets", () => {
    const { packageJSON } = vscode.extensions.getExtension("statefulset-dojo.statefulset-dojo") ?? {};
    const { supported, restrictedConfigurations } = packageJSON.capabilities.untrustedWorkspaces;
    assert.equal(supported, "limited");
    assert.deepEqual(restrictedConfigurations, ["dojo.kubectlPath"]);
  });

  it("names a command that exists in each step of the walkthrough, and its page in each language", async () => {
    const extension = vscode.extensions.getExtension("statefulset-dojo.statefulset-dojo");
    assert.ok(extension);
    const commands = await vscode.commands.getCommands(true);
    const [walkthrough] = extension.packageJSON.contributes.walkthroughs;
    assert.ok(walkthrough.steps.length >= 4);
    for (const step of walkthrough.steps) {
      for (const event of step.completionEvents as string[]) {
        assert.ok(commands.includes(event.replace("onCommand:", "")), event);
      }
      const links = [...String(step.description).matchAll(/\(command:([\w.]+)\)/g)].map(([, id]) => id);
      assert.deepEqual(
        links.map((id) => `onCommand:${id}`),
        step.completionEvents,
        step.id,
      );
      const page: string = step.media.markdown;
      for (const file of [page, page.replace(/(\.ja)?\.md$/, ".ja.md")]) {
        const text = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extension.extensionUri, file));
        assert.ok(text.length > 50, file);
      }
    }
  });
});
