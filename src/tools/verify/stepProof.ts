import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { openStep } from "../../checks/stepSession.ts";
import type { StepSnapshot } from "../../checks/stepSnapshot.ts";
import type { CheckView } from "../../checks/verdict.ts";
import { systemClock } from "../../common/clock.ts";
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
    const { step } = this.#context;
    await this.#tally.attempt(`${step.id} ${step.slug}: red, solution, green`, () => this.#solution());
    for (const mutant of this.#context.solutionsOnly ? [] : step.mutants) {
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
      await open.solve(this.#context.takeSample);
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
