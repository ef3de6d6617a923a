import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { LessonCluster } from "../../clusters/cluster.ts";
import { createProvider, lookupKubectl } from "../../clusters/index.ts";
import type { Disposable } from "../../common/disposable.ts";
import type { Chapter, Course, Step } from "../../lessons/course.ts";
import { drawsOfWholePool } from "../../lessons/faults.ts";
import { projectRoot } from "../projectRoot.ts";
import type { ProofPart } from "./openProof.ts";
import { compareSamples, recordSamples } from "./samples.ts";
import { StepProof } from "./stepProof.ts";
import { Tally } from "./tally.ts";

/** After so many failures something is wrong with the cluster, not with a lesson: the rest would only wait. */
const mostFailures = 8;

export interface VerifyOptions {
  readonly kind: "practice" | "kind";
  /** "2": all of chapter 2; "2.1": one step; none: the course. */
  readonly only: readonly string[];
  /** So many clusters at once, each with a step of its own. */
  readonly lanes: number;
  readonly part: ProofPart;
  /** Writes what the solutions' commands print beside the steps instead of comparing it. */
  readonly record: boolean;
}

interface Job {
  readonly chapter: Chapter;
  readonly step: Step;
}

/**
 * Runs every step red → solution → green, then each mutant, on clusters of that kind: steps that need workers on a
 * cluster with that many. Prints as it goes.
 */
export async function verifyCourse(
  course: Course,
  { kind, only, lanes, record, part }: VerifyOptions,
): Promise<{ readonly passed: number; readonly failed: number }> {
  const tally = new Tally();
  const chosen = course.chapters.flatMap((chapter) =>
    chapter.steps.filter(({ id }) => isChosen(id, only)).map((step) => ({ chapter, step })),
  );
  for (const workers of new Set(chosen.map(({ step }) => step.needs.workers))) {
    // the longest first: the lanes end at about the same time
    const waiting = chosen
      .filter(({ step }) => step.needs.workers === workers && proofsOf(step, part) > 0)
      .toSorted((a, b) => proofsOf(b.step, part) - proofsOf(a.step, part));
    await proveInLanes({ waiting, kind, workers, tally, record, part }, Math.min(lanes, waiting.length));
  }
  return tally;
}

async function proveInLanes(work: Work, lanes: number): Promise<void> {
  const running = Array.from({ length: lanes }, (_, index) => proveOnOneCluster(work, index));
  // all are awaited, whatever happens to one: each removes its cluster at its end
  for (const outcome of await Promise.allSettled(running)) {
    if (outcome.status === "rejected") {
      throw outcome.reason;
    }
  }
  for (const { step } of work.waiting) {
    await work.tally.attempt(`${step.id} ${step.slug}`, () =>
      Promise.reject(new Error(`not tried: ${mostFailures} proofs had failed before`)),
    );
  }
}

interface Work {
  /** The steps that no lane has taken yet. */
  readonly waiting: Job[];
  readonly kind: "practice" | "kind";
  readonly workers: number;
  readonly tally: Tally;
  readonly record: boolean;
  readonly part: ProofPart;
}

async function proveOnOneCluster(work: Work, index: number): Promise<void> {
  const { waiting, kind, workers, tally, record, part } = work;
  const takeSample = record ? recordSamples : compareSamples;
  const folder = await mkdtemp(join(tmpdir(), "dojo-verify-"));
  const options = {
    storageFolder: join(folder, "storage"),
    programFolder: join(projectRoot, "dist"),
    workers,
    // removed at the end: never the one that a learner on this machine works with, or that another run uses
    kindClusterName: `dojo-lessons-${process.pid}-${index}`,
  };
  const provider = createProvider(kind, options);
  const progress = { report: ({ en }: { readonly en: string }) => console.log(en) };
  const remove = async () => {
    await provider.remove(progress);
    await rm(folder, { recursive: true, force: true });
  };
  const stopped = removeWhenStopped(remove);
  let cluster: LessonCluster | undefined;
  try {
    cluster = await provider.open(progress);
    const lookup = await lookupKubectl(options);
    const kubectlFolder = lookup.state === "found" ? dirname(lookup.path) : "";
    while (tally.failed < mostFailures) {
      const job = waiting.shift();
      if (!job) {
        break;
      }
      await new StepProof({ ...job, cluster, folder, kubectlFolder, takeSample, part }, tally).run();
    }
  } finally {
    stopped.dispose();
    cluster?.dispose();
    await remove();
  }
}

/** A run that is stopped from outside leaves no cluster behind. */
function removeWhenStopped(remove: () => Promise<void>): Disposable {
  const stop = () => void remove().finally(() => process.exit(1));
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  return {
    dispose: () => {
      process.off("SIGTERM", stop);
      process.off("SIGINT", stop);
    },
  };
}

function proofsOf({ faults, mutants, ways }: Step, part: ProofPart): number {
  const draws = faults ? drawsOfWholePool(faults).length : 1;
  if (part !== "all") {
    return part === "ways" ? ways.length : draws;
  }
  return draws + ways.length + mutants.length + (faults?.pool.length ?? 0);
}

/** "2" chooses all of chapter 2, "2.1" one step, nothing everything. */
export function isChosen(id: string, only: readonly string[]): boolean {
  return only.length === 0 || only.some((chosen) => id === chosen || id.startsWith(`${chosen}.`));
}
