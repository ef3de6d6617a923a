import assert from "node:assert/strict";
import { existsSync, watch } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import type { DojoParts } from "../../../src/extension.ts";
import { Questions, runningParts, whenTrue } from "./dojoInEditor.ts";

/** Step 1.1 in the editor: its cluster is a real practice cluster, its kubectl the real one. */
describe("the course in the editor", () => {
  let parts: DojoParts;
  let questions: Questions;
  let isKubeconfigOurs = false;
  let workersFolder: string | undefined;
  const opened = () => {
    const { opened } = parts.dojo;
    assert.ok(opened, "no step is open");
    return opened;
  };
  const itemOf = async (id: string) => {
    const entries = await parts.tree.getChildren();
    const steps = (await Promise.all(entries.map((entry) => parts.tree.getChildren(entry)))).flat();
    const entry = [...entries, ...steps].find((each) => (each.step ?? each.chapter).id === id);
    assert.ok(entry, `no ${id} in the tree`);
    return parts.tree.getTreeItem(entry);
  };
  const iconOf = async (id: string) => {
    const { iconPath } = await itemOf(id);
    return iconPath instanceof vscode.ThemeIcon ? iconPath.id : undefined;
  };

  before(async () => {
    parts = await runningParts();
    questions = new Questions();
    await parts.dojo.switchLanguage("en");
  });

  after(async () => {
    questions.answer = "Delete";
    await vscode.commands.executeCommand("dojo.deleteCluster");
    questions.restore();
    if (isKubeconfigOurs) {
      await rm(join(homedir(), ".kube", "config"));
    }
  });

  it("has every chapter and step in the tree before anything runs", async () => {
    const chapters = await parts.tree.getChildren();
    const course = await parts.dojo.readCourse();
    assert.ok(course && course.chapters.length > 0);
    assert.equal(chapters.length, course.chapters.length);
    const [first] = course.chapters;
    assert.ok(first);
    const chapter = await itemOf(first.id);
    const { Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
    assert.deepEqual(
      await Promise.all(course.chapters.map(async ({ id }) => (await itemOf(id)).collapsibleState)),
      course.chapters.map((_, index) => (index === 0 ? Expanded : Collapsed)),
    );
    assert.equal(chapter.label, `1 ${first.title.en}`);
    assert.equal(chapter.description, `0/${first.steps.length}`);
    assert.equal(await iconOf("1.1"), "circle-large-outline");
    assert.equal(parts.statusBar.text, "Dojo: practice ○");
  });

  it("opens the first step from the terminal's command, and asks for no folder in a window that has one", async () => {
    await vscode.commands.executeCommand("dojo.openTerminal");
    assert.equal(opened().step.id, "1.1");
    assert.deepEqual(questions.take(), []);
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    assert.ok(opened().folder.startsWith(folder.uri.fsPath));
    assert.ok(vscode.window.terminals.some(({ name }) => name === "Dojo"));
    await whenTrue(parts, () => opened().session.snapshot.phase === "open");
    assert.equal(await iconOf("1.1"), "circle-large-filled");
    assert.equal((await itemOf("1.1")).contextValue, "openStep");
    assert.equal(parts.statusBar.text, "Dojo: practice ●");
  });

  it("reaches from the terminal the lesson cluster alone, whatever the learner's own kubeconfig says", async () => {
    isKubeconfigOurs = await useOwnKubeconfig();
    const terminal = vscode.window.terminals.find(({ name }) => name === "Dojo");
    const { cluster } = parts.dojo;
    assert.ok(terminal && cluster);
    const { env } = terminal.creationOptions as vscode.TerminalOptions;
    assert.equal(env?.KUBECONFIG, cluster.kubeconfigPath);
    const file = join(opened().folder, "seen.txt");
    terminal.sendText(
      "kubectl get namespace kube-system -o jsonpath={.metadata.uid} > .seen && mv .seen seen.txt",
    );
    assert.equal(await contentOf(file), cluster.identity.kubeSystemUid);
    terminal.sendText("k config view --minify -o jsonpath={..namespace} > .seen && mv .seen short.txt");
    assert.equal(await contentOf(join(opened().folder, "short.txt")), opened().chapter.namespace);
  });

  it("says in the next-step command how many checks are left", async () => {
    await vscode.commands.executeCommand("dojo.nextStep");
    assert.match(questions.take()[0]?.text ?? "", /^1\.1 has \d more checks to pass/);
    assert.equal(opened().step.id, "1.1");
  });

  it("sees a file that is gone, and writes it again only then", async () => {
    const file = join(opened().folder, "claim.yaml");
    const original = await readFile(file, "utf8");
    await writeFile(file, "# mine\n");
    await opened().session.createFile("claim.yaml");
    assert.equal(await readFile(file, "utf8"), "# mine\n");
    await rm(file);
    await whenTrue(parts, () => opened().session.snapshot.missingFiles.includes("claim.yaml"));
    const action = parts.dojo.pageState().step?.actions.find((each) => each.file === "claim.yaml");
    assert.equal(action?.isMissing, true);
    await opened().session.createFile("claim.yaml");
    assert.equal(await readFile(file, "utf8"), original);
    assert.deepEqual(opened().session.snapshot.missingFiles, []);
  });

  it("keeps a copy of an edited file when the step is started over", async () => {
    const file = join(opened().folder, "claim.yaml");
    await writeFile(file, "# my own work\n");
    questions.answer = "Start over";
    await vscode.commands.executeCommand("dojo.startOverStep");
    questions.answer = undefined;
    questions.take();
    const names = await readdir(opened().folder);
    const copy = names.find((name) => /^claim\.yaml\..*\.bak/.test(name));
    assert.ok(copy, names.join());
    assert.equal(await readFile(join(opened().folder, copy), "utf8"), "# my own work\n");
    assert.match(await readFile(file, "utf8"), /first-claim/);
  });

  it("marks the step in the tree once its checks have passed", async () => {
    const { session, folder, chapter } = opened();
    await session.answer("class-name", "standard");
    await session.answer("why-pending", "waits-for-pod");
    await parts.dojo.cluster?.kubectl.run([
      "apply",
      "-n",
      chapter.namespace,
      "-f",
      join(folder, "claim.yaml"),
    ]);
    await whenTrue(parts, () => session.snapshot.passed);
    assert.equal(await iconOf("1.1"), "pass-filled");
    assert.match(String((await itemOf(chapter.id)).description), /^1\//);
    await vscode.commands.executeCommand("dojo.nextStep");
    assert.equal(opened().step.id, "1.2");
    assert.equal(await iconOf("1.2"), "circle-large-filled");
  });

  it("names the cluster in the status bar, and says when it dies and when it is back", async () => {
    const { cluster } = parts.dojo;
    assert.ok(cluster);
    const seen: string[] = [];
    const listening = parts.dojo.onChanged(() => seen.push(parts.statusBar.text));
    const isSaid = (text: string) => whenTrue(parts, () => parts.statusBar.text === text);
    const unreachable = isSaid("Dojo: practice ? unreachable");
    const instance = JSON.parse(
      await readFile(join(dirname(cluster.kubeconfigPath), "instance.json"), "utf8"),
    );
    process.kill(instance.pid, "SIGKILL");
    await unreachable;
    await isSaid("Dojo: practice ●");
    listening.dispose();
    assert.match(parts.statusBar.accessibilityInformation?.label ?? "", /practice, running/);
  });

  it("goes on at a cluster with workers for a step that needs them, and comes back, with one progress", async () => {
    const { cluster: plain } = parts.dojo;
    await parts.dojo.openStep("3.7");
    await whenTrue(parts, () => opened().session.snapshot.phase !== "preparing");
    assert.equal(opened().session.snapshot.problem, undefined);
    const { cluster } = parts.dojo;
    assert.ok(plain && cluster);
    assert.notEqual(cluster.identity.kubeSystemUid, plain.identity.kubeSystemUid);
    assert.equal(parts.statusBar.text, "Dojo: practice-workers ●");
    const nodes = await cluster.kubectl.run(["get", "nodes", "-o", "name"]);
    assert.equal(nodes.state === "ran" ? nodes.stdout.trim().split("\n").length : nodes.state, 4);
    await vscode.commands.executeCommand("dojo.openTerminal");
    const environments = vscode.window.terminals
      .filter(({ name }) => name === "Dojo")
      .map(({ creationOptions }) => (creationOptions as vscode.TerminalOptions).env?.KUBECONFIG);
    assert.deepEqual(environments, [plain.kubeconfigPath, cluster.kubeconfigPath]);
    assert.equal(await iconOf("1.1"), "pass-filled");
    workersFolder = dirname(cluster.kubeconfigPath);
    await parts.dojo.openStep("1.2");
    assert.equal(parts.dojo.cluster, plain);
    assert.equal(parts.statusBar.text, "Dojo: practice ●");
  });

  it("follows the setting of the language at once, in the tree and the status bar too", async () => {
    const configuration = vscode.workspace.getConfiguration("dojo");
    await configuration.update("language", "ja", vscode.ConfigurationTarget.Global);
    await whenTrue(parts, () => /稼働中/.test(String(parts.statusBar.tooltip)));
    assert.equal(parts.dojo.language, "ja");
    assert.equal(
      (await itemOf("1.1")).label,
      `1.1 ${(await parts.dojo.readCourse())?.chapters[0]?.steps[0]?.title.ja}`,
    );
    await configuration.update("language", undefined, vscode.ConfigurationTarget.Global);
    await whenTrue(parts, () => parts.dojo.language === "en");
  });

  it("lets go of everything when the cluster is deleted, and keeps the files", async () => {
    const { folder } = opened();
    questions.answer = "Delete";
    await vscode.commands.executeCommand("dojo.deleteCluster");
    questions.answer = undefined;
    assert.equal(parts.dojo.opened?.step.id, undefined);
    assert.equal(parts.statusBar.text, "Dojo: practice ○");
    assert.ok(existsSync(join(folder, "postgres.yaml")));
    assert.ok(workersFolder && !existsSync(workersFolder), "the cluster with workers is gone too");
  });
});

/** A kubeconfig at the learner's usual place whose server is nobody's; false where there was one already. */
async function useOwnKubeconfig(): Promise<boolean> {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "work", cluster: { server: "https://127.0.0.1:1" } }],
    contexts: [{ name: "work", context: { cluster: "work", user: "me" } }],
    "current-context": "work",
    users: [{ name: "me", user: {} }],
  };
  await mkdir(join(homedir(), ".kube"), { recursive: true });
  // one that is there already is as good, and not ours to replace
  return writeFile(join(homedir(), ".kube", "config"), JSON.stringify(config), { flag: "wx" }).then(
    () => true,
    () => false,
  );
}

/** The text of a file once it is there: it is moved into place whole. */
function contentOf(file: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const watching = watch(dirname(file), () => look());
    const look = () => {
      if (existsSync(file)) {
        watching.close();
        readFile(file, "utf8").then(resolve, reject);
      }
    };
    look();
  });
}
