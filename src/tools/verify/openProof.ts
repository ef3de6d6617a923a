import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { StepSession, StepSnapshot } from "../../checks/stepSnapshot.ts";
import type { CheckView } from "../../checks/verdict.ts";
import type { LessonCluster } from "../../clusters/cluster.ts";
import { delay, systemClock } from "../../common/clock.ts";
import { actionCommand } from "../../lessons/actionCommand.ts";
import type { Action, Chapter, Fault, ScriptEntry, Step, Way } from "../../lessons/course.ts";
import { solutionFor } from "../../lessons/faults.ts";
import { replaceFile } from "../../lessons/learnerFolder.ts";
import { commandOf, indexOfAction, looksBetween, type SampleTaker } from "./samples.ts";

/** How long a step may take from its solution to green. */
export const solvedLimitMs = 180_000;
const commandLimitMs = 120_000;
/** A cluster on which nothing changed for so long has settled; one that never rests is taken as it is. */
const quietMs = 2_000;
const settleLimitMs = 30_000;

/** A command that ended with another exit code than 0. */
class CommandFailed extends Error {
  readonly output: string;

  constructor(command: string, exitCode: number | null, output: string) {
    super(`$ ${command}\n    exit ${exitCode}: ${output.trim()}`);
    this.output = output;
  }
}

/** Which proofs of a step are made: its solution alone, for recording, or the other ways alone. */
export type ProofPart = "all" | "solutions" | "ways";

export interface ProofContext {
  readonly chapter: Chapter;
  readonly step: Step;
  readonly cluster: LessonCluster;
  readonly folder: string;
  readonly kubectlFolder: string;
  /** Gets what each command of a solution printed. */
  readonly takeSample: SampleTaker;
  readonly part: ProofPart;
}

/** One opened step: follows scripts as a learner would, and waits for what the page would show. */
export class OpenProof {
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

  /** Does what a script says. */
  async follow(script: readonly ScriptEntry[]): Promise<void> {
    for (const entry of script) {
      await this.#do(entry);
    }
  }

  /**
   * Solves the step, in which `faults` are hidden, in the page's order, looking where the page says so, until all checks
   * have passed; `take` gets what each command printed.
   */
  async solve(take: SampleTaker, faults: readonly Fault[]): Promise<void> {
    const { step } = this.#context;
    let reached = 0;
    for (const entry of solutionFor(step, faults)) {
      const command = commandOf(entry);
      const index = command === undefined ? -1 : indexOfAction(step, command, reached);
      const action = step.actions[index];
      if (action) {
        await this.#look(looksBetween(step, reached, index), take);
        reached = index + 1;
      }
      await this.#do(entry, action && ((output) => take(step, action, output)));
    }
    await this.until("all checks passed", solvedLimitMs, ({ passed }) => passed);
    await this.#look(looksBetween(step, reached, step.actions.length), take);
  }

  /** Does the other way's deeds in the place of the solution's own: answers that come before a deed before them, all others after. */
  async solveBy(way: Way): Promise<void> {
    const { solution } = this.#context.step;
    const first = solution.findIndex((entry) => !isAnswer(entry));
    await this.follow(solution.slice(0, first));
    await this.follow(way.does);
    const answers = solution.slice(first).filter(isAnswer);
    // what is asked of the cluster is answered when nothing changes any more
    if (answers.some((entry) => "answerFrom" in entry)) {
      await this.settled();
    }
    await this.follow(answers);
    await this.until("all checks passed", solvedLimitMs, ({ passed }) => passed);
  }

  /** What is looked at may be an error: that is what some steps show. */
  async #look(actions: readonly Action[], take: SampleTaker): Promise<void> {
    for (const action of actions) {
      const output = await this.#shell(actionCommand(action) ?? "").catch((error: unknown) =>
        error instanceof CommandFailed ? error.output : Promise.reject(error),
      );
      this.session?.commandEnded();
      await take(this.#context.step, action, output);
    }
  }

  async #do(entry: ScriptEntry, take?: (output: string) => Promise<void>): Promise<void> {
    const { step } = this.#context;
    if ("run" in entry) {
      const output = await this.#shell(entry.run);
      this.session?.commandEnded();
      await take?.(output);
    } else if ("apply" in entry) {
      await this.#shell(`kubectl apply -f '${join(step.folder, entry.apply)}'`);
    } else if ("edit" in entry) {
      const content = await readFile(join(step.folder, entry.edit.from), "utf8");
      await replaceFile(this.#folder, entry.edit.file, content, systemClock);
    } else if ("answer" in entry) {
      await this.session?.answer(entry.answer.question, entry.answer.value);
    } else if ("answerFrom" in entry) {
      const value = await this.#shell(entry.answerFrom.run);
      await take?.(value);
      await this.session?.answer(entry.answerFrom.question, value);
    } else if ("passed" in entry) {
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
        code === 0 ? resolve(output) : reject(new CommandFailed(command, code, output));
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

function isAnswer(entry: ScriptEntry): boolean {
  return "answer" in entry || "answerFrom" in entry;
}
