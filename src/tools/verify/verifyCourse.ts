import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { LessonCluster } from "../../clusters/cluster.ts";
import { createProvider, lookupKubectl } from "../../clusters/index.ts";
import type { Chapter, Course, Step } from "../../lessons/course.ts";
import { projectRoot } from "../projectRoot.ts";
import { StepProof } from "./stepProof.ts";
import { Tally } from "./tally.ts";

export interface VerifyOptions {
  readonly kind: "practice" | "kind";
  /** "2": all of chapter 2; "2.1": one step; undefined: the course. */
  readonly only: string | undefined;
  /** So many clusters at once, each with a step of its own. */
  readonly lanes: number;
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
  { kind, only, lanes }: VerifyOptions,
): Promise<{ readonly passed: number; readonly failed: number }> {
  const tally = new Tally();
  const chosen = course.chapters.flatMap((chapter) =>
    chapter.steps.filter(({ id }) => isChosen(id, only)).map((step) => ({ chapter, step })),
  );
  for (const workers of new Set(chosen.map(({ step }) => step.needs.workers))) {
    const waiting = chosen.filter(({ step }) => step.needs.workers === workers);
    const count = Math.min(lanes, waiting.length);
    const lane = (_: unknown, index: number) => proveOnOneCluster({ waiting, kind, workers, index, tally });
    // all are awaited, whatever happens to one: each removes its cluster at its end
    const ended = await Promise.allSettled(Array.from({ length: count }, lane));
    for (const outcome of ended) {
      if (outcome.status === "rejected") {
        throw outcome.reason;
      }
    }
  }
  return tally;
}

interface Lane {
  /** The steps that no lane has taken yet; shared by all lanes. */
  readonly waiting: Job[];
  readonly kind: "practice" | "kind";
  readonly workers: number;
  readonly index: number;
  readonly tally: Tally;
}

async function proveOnOneCluster({ waiting, kind, workers, index, tally }: Lane): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "dojo-verify-"));
  const options = {
    storageFolder: join(folder, "storage"),
    programFolder: join(projectRoot, "dist"),
    workers,
    // the cluster is removed at the end: never the one that a learner on this machine works with
    kindClusterName: index === 0 ? "dojo-lessons" : `dojo-lessons-${index + 1}`,
  };
  const provider = createProvider(kind, options);
  const progress = { report: ({ en }: { readonly en: string }) => console.log(en) };
  let cluster: LessonCluster | undefined;
  try {
    cluster = await provider.open(progress);
    const lookup = await lookupKubectl(options);
    const kubectlFolder = lookup.state === "found" ? dirname(lookup.path) : "";
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      await new StepProof({ ...job, cluster, folder, kubectlFolder }, tally).run();
    }
  } finally {
    cluster?.dispose();
    await provider.remove(progress);
    await rm(folder, { recursive: true, force: true });
  }
}

/** "2" chooses all of chapter 2, "2.1" one step. */
export function isChosen(id: string, only: string | undefined): boolean {
  return only === undefined || id === only || id.startsWith(`${only}.`);
}
