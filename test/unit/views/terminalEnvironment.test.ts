import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnProgram } from "../../../src/kubectl/spawnProgram.ts";
import { terminalEnvironment } from "../../../src/views/terminalEnvironment.ts";

const lesson = "/dojo's storage: 練習/kubeconfig";

/** The environment as the editor hands it to the shell: null takes a variable away. */
function merged(learners: Readonly<Record<string, string>>): Record<string, string> {
  const added = terminalEnvironment({
    kubeconfig: lesson,
    kubectlFolder: undefined,
    searchPath: "/usr/bin:/bin",
    programs: "/nowhere",
  });
  const all = Object.entries({ ...learners, ...added });
  return Object.fromEntries(all.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

describe("the environment of the terminal", () => {
  let folder: string;

  before(async function () {
    if (process.platform === "win32") {
      this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), "dojo-shell-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** What an interactive bash with these start-up files prints for the lines typed. */
  async function typed(startUp: string, lines: readonly string[]): Promise<string[]> {
    const file = join(folder, "bashrc");
    await writeFile(file, startUp);
    const environment = merged({
      HOME: folder,
      KUBECONFIG: "/learner/config",
      KUBERNETES_MASTER: "https://x",
    });
    const outcome = await spawnProgram("bash", ["--noprofile", "--rcfile", file, "-i"], {
      environment,
      timeLimitMs: 60_000,
      stdin: `${lines.join("\n")}\nexit\n`,
    });
    assert.equal(outcome.state, "ran", JSON.stringify(outcome));
    return outcome.state === "ran" ? outcome.stdout.split("\n").filter((line) => line !== "") : [];
  }

  it("wins over what the learner's start-up files say of the cluster", async () => {
    const startUp = "export KUBECONFIG=/learner/config\nalias kubectl='echo --kubeconfig /learner/config'\n";
    const said = await typed(startUp, ['printf "%s\\n" "$KUBECONFIG"', "type -t kubectl | grep alias"]);
    assert.deepEqual(said, [lesson]);
  });

  it("wins again over what was typed before", async () => {
    const said = await typed("", ["export KUBECONFIG=/learner/config", 'printf "%s\\n" "$KUBECONFIG"']);
    assert.deepEqual(said, [lesson]);
  });

  it("keeps the exit code of the command before", async () => {
    assert.deepEqual(await typed("", ["false", 'echo "code $?"']), ["code 1"]);
  });

  it("names no other server", async () => {
    const said = await typed("", ['echo "<$KUBERNETES_MASTER$KUBERNETES_SERVICE_HOST>"']);
    assert.deepEqual(said, ["<>"]);
  });

  it("is set again by the editor's shell integration, as that reads it", async () => {
    // what the editor does after the start-up files: items between colons, read with echo -e
    const integration = [
      "export KUBECONFIG=/learner/config",
      "unset PROMPT_COMMAND",
      `IFS=':' read -ra ITEMS <<< "$VSCODE_ENV_REPLACE"`,
      'for ITEM in "$' + '{ITEMS[@]}"; do export "$(echo -e "$ITEM")"; done',
    ];
    const said = await typed(integration.join("\n"), ['printf "%s\\n" "$KUBECONFIG"']);
    assert.deepEqual(said, [lesson]);
  });
});
