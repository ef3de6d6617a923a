/** What a stage of the tests counted. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** One part of the test run. `run` prints what it does and throws only when it could not be run at all. */
export interface Stage {
  readonly name: string;
  run(): Promise<Counts>;
}

/** Runs the stages one after another, prints the sum as the last line, and returns the exit code. */
export async function runStages(stages: readonly Stage[]): Promise<number> {
  let total: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const stage of stages) {
    const startedAt = performance.now();
    console.log(`\n── ${stage.name}`);
    const counts = await runOne(stage);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`── ${stage.name}: ${line(counts)} (${seconds} s)`);
    total = add(total, counts);
  }
  if (total.passed === 0) {
    total = { ...total, failed: total.failed + 1 };
    console.log("No test ran: that is a failure.");
  }
  console.log(`\n${line(total)}`);
  return total.failed === 0 ? 0 : 1;
}

async function runOne(stage: Stage): Promise<Counts> {
  try {
    return await stage.run();
  } catch (error) {
    console.log(error instanceof Error ? error.message : String(error));
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function line({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function add(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** The counts in the last line of the form "N passed, N failed[, N skipped]". Throws when there is none. */
export function parseCounts(output: string): Counts {
  const matches = [...output.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$/gm)];
  const last = matches.at(-1);
  if (!last) {
    throw new Error(`The tests ended without their closing line:\n${output.slice(-2000)}`);
  }
  return { passed: Number(last[1]), failed: Number(last[2]), skipped: Number(last[3] ?? 0) };
}
