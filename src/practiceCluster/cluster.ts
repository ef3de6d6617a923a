import { type Clock, systemClock } from "../common/clock.ts";
import { type Disposable, DisposableList } from "../common/disposable.ts";
import type { ApiClient } from "./api/apiClient.ts";
import { admissions } from "./apiServer/admission/index.ts";
import { LocalClient, noSubresources } from "./apiServer/localClient.ts";
import { Pipeline } from "./apiServer/requests/pipeline.ts";
import { kubernetesRules } from "./apiServer/requests/rules.ts";
import { definitionOf } from "./apiServer/resources/index.ts";
import { bootstrapObjects } from "./bootstrap/objects.ts";
import { Journal } from "./storage/journal.ts";
import { ObjectStore } from "./storage/objectStore.ts";

export interface PracticeClusterOptions {
  readonly clock?: Clock;
  /** Where the state is kept; undefined: in memory only (forecasts, tests). */
  readonly dataFolder?: string | undefined;
}

/** A whole cluster in this process, with or without an HTTP server in front of it. */
export interface PracticeCluster extends Disposable {
  readonly pipeline: Pipeline;
  /** The client of a component or user, in-process. */
  clientFor(userName: string): ApiClient;
  /** Resolves when everything written so far is on disk. */
  whenStored(): Promise<void>;
  /** Bytes of a write that was torn by a kill and cut off at the start. */
  readonly tornBytes: number;
}

/** Puts a cluster together and makes what every cluster has. Throws when its data folder cannot be read. */
export function createPracticeCluster(options: PracticeClusterOptions = {}): PracticeCluster {
  const clock = options.clock ?? systemClock;
  const parts = new DisposableList();
  const opened = options.dataFolder === undefined ? undefined : Journal.open(options.dataFolder);
  const store = new ObjectStore(opened?.state, opened?.journal);
  if (opened) {
    opened.journal.foldFrom(() => ({ revision: store.revision, objects: store.everything() }));
    parts.add({ dispose: () => opened.journal.close() });
  }
  const pipeline = new Pipeline({ store, clock, rules: kubernetesRules, admissions, definitionOf });
  const clientFor = (userName: string) => new LocalClient(userName, pipeline, noSubresources);
  bootstrapObjects(clientFor("system:apiserver"));
  return {
    pipeline,
    clientFor,
    tornBytes: opened?.tornBytes ?? 0,
    whenStored: () => opened?.journal.whenFlushed() ?? Promise.resolve(),
    dispose: () => parts.dispose(),
  };
}
