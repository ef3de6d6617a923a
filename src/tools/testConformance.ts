import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPracticeCluster } from "./conformance/practiceCluster.ts";
import { replay } from "./conformance/replay.ts";
import { findReplayKubectl } from "./conformance/replayKubectl.ts";
import { projectRoot } from "./projectRoot.ts";

/**
 * Tells the recorded stories to the practice cluster and compares what it does with what the real cluster did.
 * A story in `test/conformance/pending.txt` does not hold yet: it is counted as skipped, and one that holds
 * although it is listed fails, so that the list only gets shorter. `--all` tries the listed ones too, for information.
 */
const folder = join(projectRoot, "test", "conformance");
const tryAll = process.argv.includes("--all");
const only = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const pending = await readPending(join(folder, "pending.txt"));
const kubectl = await findReplayKubectl();
if (!kubectl) {
  console.log(
    "No kubectl with transcripts (1.36, 1.33) was found or could be fetched: the replays are skipped.",
  );
  console.log(`0 passed, 0 failed, ${(await scenarioFiles()).length} skipped`);
} else {
  process.exitCode = await replayAll(kubectl);
}

async function replayAll({ path, transcripts }: { path: string; transcripts: string }): Promise<number> {
  const names = (await scenarioFiles()).filter(
    (name) => only.length === 0 || only.some((word) => name.includes(word)),
  );
  const chosen = tryAll || only.length > 0 ? names : names.filter((name) => !pending.has(name));
  const scratch = await mkdtemp(join(tmpdir(), "dojo-conformance-"));
  let failed = 0;
  let passed = 0;
  const notAsRecorded: string[] = [];
  for (const workers of [0, 3]) {
    const group = await ofSize(chosen, workers);
    if (group.length === 0) {
      continue;
    }
    const cluster = await startPracticeCluster(scratch, workers);
    try {
      const result = await replay({
        folder,
        scenarios: group,
        transcripts,
        kubectl: path,
        kubeconfig: cluster.kubeconfig,
      });
      passed += result.passed;
      failed += result.failed.length;
      notAsRecorded.push(...result.failed);
    } finally {
      await cluster.stop();
    }
  }
  await rm(scratch, { recursive: true, force: true });
  console.log(`kubectl ${path}, transcripts ${transcripts}`);
  for (const name of notAsRecorded) {
    console.log(`differs from the recorded truth: ${name}`);
  }
  console.log(`${passed} passed, ${failed} failed, ${names.length - chosen.length} skipped`);
  return failed === 0 ? 0 : 1;
}

async function scenarioFiles(): Promise<string[]> {
  const files = await readdir(join(folder, "scenarios"));
  return files
    .filter((file) => file.endsWith(".scenario"))
    .map((file) => file.replace(/\.scenario$/, ""))
    .sort();
}

async function ofSize(names: readonly string[], workers: number): Promise<string[]> {
  const sized = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, "scenarios", `${name}.scenario`), "utf8");
      return { name, workers: /^nodes:\s*3/m.test(text) ? 3 : 0 };
    }),
  );
  return sized.filter((each) => each.workers === workers).map((each) => each.name);
}

async function readPending(path: string): Promise<ReadonlySet<string>> {
  const text = await readFile(path, "utf8").catch(() => "");
  return new Set(
    text
      .split("\n")
      .map((line) => line.replace(/#.*/, "").trim())
      .filter((line) => line !== ""),
  );
}
