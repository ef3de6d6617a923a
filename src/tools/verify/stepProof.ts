import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { openStep } from "../../checks/stepSession.ts";
import type { StepSnapshot } from "../../checks/stepSnapshot.ts";
import type { CheckView } from "../../checks/verdict.ts";
import { systemClock } from "../../common/clock.ts";
import type { Caught, Fault, ScriptEntry } from "../../lessons/course.ts";
import { drawsOfWholePool, faultsNamed } from "../../lessons/faults.ts";
import { stepFolder } from "../../lessons/learnerFolder.ts";
import { withStep } from "../../lessons/progress.ts";
import { ProgressStore } from "../../lessons/progressStore.ts";
import { OpenProof, type ProofContext, solvedLimitMs } from "./openProof.ts";
import type { Tally } from "./tally.ts";

/** A mutant's verdict may take as long as the cluster needs to settle; "passed" must not come within it either. */
const caughtLimitMs = 90_000;

/** One step's proofs on a cluster: red, solution, green; then each mutant from the start state. */
export class StepProof {
  readonly #context: ProofContext;
  readonly #tally: Tally;
  /** Whether the cluster still stands as the step's start state left it. */
  #isFresh = false;

  constructor(context: ProofContext, tally: Tally) {
    this.#context = context;
    this.#tally = tally;
  }

  async run(): Promise<void> {
    const { part } = this.#context;
    if (part !== "ways") {
      await this.#solutions();
    }
    if (part !== "solutions") {
      await this.#ways();
    }
    if (part === "all") {
      await this.#mutants();
    }
  }

  async #solutions(): Promise<void> {
    const { step } = this.#context;
    for (const faults of step.faults ? drawsOfWholePool(step.faults) : [[]]) {
      const hidden = faults.length > 0 ? ` with ${faults.map(({ id }) => id).join(", ")}` : "";
      await this.#tally.attempt(`${step.id} ${step.slug}: red, solution, green${hidden}`, () =>
        this.#solution(faults),
      );
    }
  }

  async #ways(): Promise<void> {
    const { step } = this.#context;
    for (const way of step.ways) {
      await this.#tally.attempt(`${step.id} ${step.slug}: way ${way.id}`, () =>
        this.#fresh([], (open) => open.solveBy(way)),
      );
    }
  }

  async #mutants(): Promise<void> {
    const { step } = this.#context;
    for (const fault of step.faults?.pool ?? []) {
      await this.#tally.attempt(`${step.id} ${step.slug}: ${fault.id} alone`, () =>
        this.#caught([fault], [], fault.caughtBy),
      );
    }
    for (const { id, faults = [], does, caughtBy } of step.mutants) {
      await this.#tally.attempt(`${step.id} ${step.slug}: mutant ${id}`, () =>
        this.#caught(faultsNamed(step, faults), does, caughtBy),
      );
    }
  }

  #caught(
    faults: readonly Fault[],
    does: readonly ScriptEntry[],
    caughtBy: readonly Caught[],
  ): Promise<void> {
    return this.#fresh(faults, async (open) => {
      await open.follow(does);
      for (const { check, verdict } of caughtBy) {
        await open.until(`${check} ${verdict}`, caughtLimitMs, (snapshot) =>
          snapshot.checks.some(({ id, verdict: seen }) => id === check && seen.state === verdict),
        );
      }
      await open.settled();
      open.requireRed(caughtBy.map(({ check }) => check));
    });
  }

  async #solution(faults: readonly Fault[]): Promise<void> {
    await this.#fresh(faults, async (open) => {
      open.requireRed(this.#context.step.checks.map(({ id }) => id));
      await open.solve(this.#context.takeSample, faults);
    });
  }

  async #fresh(faults: readonly Fault[], prove: (open: OpenProof) => Promise<void>): Promise<void> {
    const courseFolder = await mkdtemp(join(this.#context.folder, "learner-"));
    const { chapter, step, cluster } = this.#context;
    const folder = stepFolder(courseFolder, chapter, step);
    const store = await ProgressStore.open(courseFolder, "verify", "fresh", systemClock);
    // as if begun before: the start state is put on the cluster once, by the reset
    const startedAt = systemClock.now();
    await store.update((before) => withStep(before, step.id, (known) => ({ ...known, startedAt })));
    const open = new OpenProof(this.#context, folder);
    const listener = (seen: StepSnapshot) => open.heard(seen);
    const session = openStep({ chapter, step, cluster, folder, store, listener, draw: () => faults });
    try {
      open.session = session;
      await open.until("the step is open", solvedLimitMs, ({ phase }) => phase !== "preparing");
      if (!this.#isFresh) {
        await session.reset();
      }
      this.#isFresh = true;
      await open.until("every check was evaluated", solvedLimitMs, isEvaluated);
      await prove(open);
      this.#isFresh = !open.touchedCluster && faults.length === 0;
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
