import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openStep } from "../checks/stepSession.ts";
import type { StepSession, StepSnapshot } from "../checks/stepSnapshot.ts";
import type { CheckView } from "../checks/verdict.ts";
import type { LessonCluster } from "../clusters/cluster.ts";
import { createProvider, lookupKubectl } from "../clusters/index.ts";
import { delay, systemClock } from "../common/clock.ts";
import { UserError } from "../common/userError.ts";
import type { Chapter, Course, ScriptEntry, Step } from "../lessons/course.ts";
import { replaceFile, stepFolder } from "../lessons/learnerFolder.ts";
import { withStep } from "../lessons/progress.ts";
import { ProgressStore } from "../lessons/progressStore.ts";
import { projectRoot } from "./projectRoot.ts";

const solvedLimitMs = 180_000;
/** A mutant's verdict may take as long as the cluster needs to settle; "passed" must not come within it either. */
const caughtLimitMs = 90_000;
const commandLimitMs = 120_000;
/** A cluster on which nothing changed for so long has settled; one that never rests is taken as it is. */
const quietMs = 2_000;
const settleLimitMs = 30_000;

/**
 * Runs every step red → solution → green, then each mutant, on a cluster of that kind: steps that need
 * workers on a cluster with that many. Prints as it goes.
 */
export async function verifyCourse(
  course: Course,
  kind: "practice" | "kind",
  only: string | undefined,
): Promise<{ readonly passed: number; readonly failed: number }> {
  const tally = new Tally();
  const chosen = course.chapters.flatMap((chapter) =>
    chapter.steps.filter(({ id }) => isChosen(id, only)).map((step) => ({ chapter, step })),
  );
  for (const workers of new Set(chosen.map(({ step }) => step.needs.workers))) {
    const steps = chosen.filter(({ step }) => step.needs.workers === workers);
    await verifySteps(steps, kind, workers, tally);
  }
  return tally;
}

async function verifySteps(
  steps: readonly { readonly chapter: Chapter; readonly step: Step }[],
  kind: "practice" | "kind",
  workers: number,
  tally: Tally,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "dojo-verify-"));
  const options = {
    storageFolder: join(folder, "storage"),
    programFolder: join(projectRoot, "dist"),
    workers,
    // the cluster is removed at the end: never the one that a learner on this machine works with
    kindClusterName: "dojo-lessons",
  };
  const provider = createProvider(kind, options);
  const progress = { report: ({ en }: { readonly en: string }) => console.log(en) };
  const cluster = await provider.open(progress);
  const lookup = await lookupKubectl(options);
  const kubectlFolder = lookup.state === "found" ? dirname(lookup.path) : "";
  try {
    for (const { chapter, step } of steps) {
      await new StepProof({ chapter, step, cluster, folder, kubectlFolder }, tally).run();
    }
  } finally {
    cluster.dispose();
    await provider.remove(progress);
    await rm(folder, { recursive: true, force: true });
  }
}

/** "2" chooses all of chapter 2, "2.1" one step. */
export function isChosen(id: string, only: string | undefined): boolean {
  return only === undefined || id === only || id.startsWith(`${only}.`);
}

class Tally {
  passed = 0;
  failed = 0;

  async attempt(name: string, proof: () => Promise<void>): Promise<void> {
    const startedAt = performance.now();
    const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(1);
    try {
      await proof();
      this.passed++;
      console.log(`✓ ${name} (${seconds()} s)`);
    } catch (error) {
      this.failed++;
      const words =
        error instanceof UserError ? error.text.en : error instanceof Error ? error.message : error;
      console.log(`✗ ${name} (${seconds()} s)\n    ${words}`);
    }
  }
}

interface ProofContext {
  readonly chapter: Chapter;
  readonly step: Step;
  readonly cluster: LessonCluster;
  readonly folder: string;
  readonly kubectlFolder: string;
}

class StepProof {
  readonly #context: ProofContext;
  readonly #tally: Tally;
  /** Whether the cluster still stands as the step's start state left it. */
  #isFresh = false;

  constructor(context: ProofContext, tally: Tally) {
    this.#context = context;
    this.#tally = tally;
  }

  async run(): Promise<void> {
    const { step } = this.#context;
    await this.#tally.attempt(`${step.id} ${step.slug}: red, solution, green`, () => this.#solution());
    for (const mutant of step.mutants) {
      await this.#tally.attempt(`${step.id} ${step.slug}: mutant ${mutant.id}`, () =>
        this.#fresh(async (open) => {
          await open.follow(mutant.does);
          for (const { check, verdict } of mutant.caughtBy) {
            await open.until(`${check} ${verdict}`, caughtLimitMs, (snapshot) =>
              snapshot.checks.some(({ id, verdict: seen }) => id === check && seen.state === verdict),
            );
          }
          await open.settled();
          open.requireRed(mutant.caughtBy.map(({ check }) => check));
        }),
      );
    }
  }

  async #solution(): Promise<void> {
    await this.#fresh(async (open) => {
      open.requireRed(this.#context.step.checks.map(({ id }) => id));
      await open.follow(this.#context.step.solution);
      await open.until("all checks passed", solvedLimitMs, ({ passed }) => passed);
    });
  }

  async #fresh(prove: (open: OpenProof) => Promise<void>): Promise<void> {
    const courseFolder = await mkdtemp(join(this.#context.folder, "learner-"));
    const { chapter, step, cluster } = this.#context;
    const folder = stepFolder(courseFolder, chapter, step);
    const store = await ProgressStore.open(courseFolder, "verify", "fresh", systemClock);
    // as if begun before: the start state is put on the cluster once, by the reset
    const startedAt = systemClock.now();
    await store.update((before) => withStep(before, step.id, (known) => ({ ...known, startedAt })));
    const open = new OpenProof(this.#context, folder);
    const session = openStep({ chapter, step, cluster, folder, store, listener: (seen) => open.heard(seen) });
    try {
      open.session = session;
      await open.until("the step is open", solvedLimitMs, ({ phase }) => phase !== "preparing");
      if (!this.#isFresh) {
        await session.reset();
      }
      this.#isFresh = true;
      await open.until("every check was evaluated", solvedLimitMs, isEvaluated);
      await prove(open);
      this.#isFresh = !open.touchedCluster;
    } catch (error) {
      this.#isFresh = false;
      throw error;
    } finally {
      session.dispose();
    }
  }
}

/** Before the first lists and the first runs of kubectl are in, a check is "not yet" for want of knowing. */
function isEvaluated({ phase, checks, problem }: StepSnapshot): boolean {
  if (phase === "failed") {
    throw new Error(problem?.en ?? "the start state failed");
  }
  const isLoading = ({ verdict }: CheckView) =>
    verdict.state === "notYet" && verdict.message.en === "The cluster's state is being read.";
  return phase === "open" && checks.length > 0 && !checks.some(isLoading);
}

class OpenProof {
  session: StepSession | undefined;
  touchedCluster = false;
  readonly #context: ProofContext;
  readonly #folder: string;
  #snapshot: StepSnapshot | undefined;
  #waiting: (() => void) | undefined;

  constructor(context: ProofContext, folder: string) {
    this.#context = context;
    this.#folder = folder;
  }

  heard(snapshot: StepSnapshot): void {
    this.#snapshot = snapshot;
    this.#waiting?.();
  }

  /** Waits for a snapshot that fulfils `reached`; throws with every verdict when the time is over. */
  until(what: string, limitMs: number, reached: (snapshot: StepSnapshot) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        try {
          if (this.#snapshot && reached(this.#snapshot)) {
            limit.cancel();
            resolve();
          }
        } catch (error) {
          limit.cancel();
          reject(error);
        }
      };
      const limit = systemClock.after(limitMs, () =>
        reject(new Error(`not within ${limitMs / 1000} s: ${what}\n${this.#describe()}`)),
      );
      this.#waiting = look;
      look();
    });
  }

  /** Lets what the mutant did take its effect: a verdict that turns green only later must not slip by. */
  async settled(): Promise<void> {
    const limit = systemClock.now() + settleLimitMs;
    while (this.touchedCluster && systemClock.now() < limit) {
      const before = this.#describe();
      await delay(systemClock, quietMs);
      if (this.#describe() === before) {
        return;
      }
    }
  }

  requireRed(checks: readonly string[]): void {
    const views = this.#snapshot?.checks.filter(({ id }) => checks.includes(id)) ?? [];
    const bad = views.filter(({ verdict }) => verdict.state === "passed" || verdict.state === "cannotTell");
    if (bad.length > 0) {
      throw new Error(`should be red: ${bad.map(({ id }) => id).join(", ")}\n${this.#describe()}`);
    }
  }

  async follow(script: readonly ScriptEntry[]): Promise<void> {
    for (const entry of script) {
      await this.#do(entry);
    }
  }

  async #do(entry: ScriptEntry): Promise<void> {
    const { step } = this.#context;
    if ("run" in entry) {
      await this.#shell(entry.run);
      this.session?.commandEnded();
    } else if ("apply" in entry) {
      await this.#shell(`kubectl apply -f '${join(step.folder, entry.apply)}'`);
    } else if ("edit" in entry) {
      const content = await readFile(join(step.folder, entry.edit.from), "utf8");
      await replaceFile(this.#folder, entry.edit.file, content, systemClock);
    } else if ("answer" in entry) {
      await this.session?.answer(entry.answer.question, entry.answer.value);
    } else if ("answerFrom" in entry) {
      const value = await this.#shell(entry.answerFrom.run);
      await this.session?.answer(entry.answerFrom.question, value);
    } else {
      const isPassed = ({ id, verdict }: CheckView) => id === entry.passed && verdict.state === "passed";
      await this.until(`${entry.passed} passed`, solvedLimitMs, ({ checks }) => checks.some(isPassed));
    }
  }

  /** As the learner's terminal does: a shell in the step's folder that knows the lesson cluster alone. */
  #shell(command: string): Promise<string> {
    this.touchedCluster = true;
    const { cluster, kubectlFolder } = this.#context;
    return new Promise((resolve, reject) => {
      const child = spawn("sh", ["-c", command], {
        cwd: this.#folder,
        env: {
          PATH: `${kubectlFolder}:${process.env.PATH ?? ""}`,
          HOME: this.#folder,
          KUBECONFIG: cluster.kubeconfigPath,
          KUBERC: "off",
        },
        stdio: ["ignore", "pipe", "pipe"],
        // a group of its own: what the shell started must end with it
        detached: true,
      });
      let output = "";
      const limit = systemClock.after(commandLimitMs, () => {
        output += `\nnot ended within ${commandLimitMs / 1000} s`;
        if (child.pid !== undefined) {
          process.kill(-child.pid, "SIGKILL");
        }
      });
      for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (chunk) => {
          output += String(chunk);
        });
      }
      child.on("error", reject);
      child.on("close", (code) => {
        limit.cancel();
        code === 0 ? resolve(output) : reject(new Error(`$ ${command}\n    exit ${code}: ${output.trim()}`));
      });
    });
  }

  #describe(): string {
    return (this.#snapshot?.checks ?? [])
      .map(({ id, verdict, observed }) => {
        const words = "message" in verdict ? verdict.message.en : "";
        return `    ${id}: ${verdict.state} ${words}\n      ${observed.replaceAll("\n", "\n      ")}`;
      })
      .join("\n");
  }
}
