import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, systemClock } from "../common/clock.ts";
import { type Disposable, DisposableList } from "../common/disposable.ts";
import type { ApiClient } from "./api/apiClient.ts";
import type { NodeRuntime } from "./api/nodeRuntime.ts";
import { subresourceActions } from "./apiServer/actions/index.ts";
import { admissions } from "./apiServer/admission/index.ts";
import { AuditLog } from "./apiServer/audit/auditLog.ts";
import { ServiceAccountTokens } from "./apiServer/authentication/serviceAccountTokens.ts";
import { CustomResourceController } from "./apiServer/customResources/customResourceController.ts";
import { LocalClient } from "./apiServer/localClient.ts";
import { Pipeline } from "./apiServer/requests/pipeline.ts";
import { kubernetesRules } from "./apiServer/requests/rules.ts";
import { definitions } from "./apiServer/resources/index.ts";
import { ResourceRegistry } from "./apiServer/resources/registry.ts";
import { nodeAddress, nodeNames, registerNodes } from "./bootstrap/nodes.ts";
import { bootstrapObjects } from "./bootstrap/objects.ts";
import { startControllers, startNodeControllers } from "./controllers/index.ts";
import { startRuntime } from "./runtime/index.ts";
import { Scheduler } from "./scheduling/scheduler.ts";
import { Journal } from "./storage/journal.ts";
import { ObjectStore } from "./storage/objectStore.ts";
import { VolumeController, volumeFolder } from "./volumes/volumeController.ts";

export interface PracticeClusterOptions {
  readonly clock?: Clock;
  /** Where the state is kept; undefined: in memory only (forecasts, tests). */
  readonly dataFolder?: string | undefined;
  /** Beside the control plane, which takes Pods itself when there are none. */
  readonly workers?: number;
  /** PEM of the cluster's authority, which each namespace carries for its Pods. */
  readonly rootCertificate?: string;
  /** PEM of the key that signs the tokens of service accounts. */
  readonly signingKey?: string;
}

/** A whole cluster in this process, with or without an HTTP server in front of it. */
export interface PracticeCluster extends Disposable {
  readonly pipeline: Pipeline;
  /** What can be asked for, with what CustomResourceDefinitions add. */
  readonly registry: ResourceRegistry;
  /** The newest requests: over HTTPS, and writes of the cluster's own components. */
  readonly auditLog: AuditLog;
  /** Answers for the containers: logs, exec, attach. */
  readonly nodeRuntime: NodeRuntime;
  /** The client of a component or user, in-process. */
  clientFor(userName: string): ApiClient;
  /** Resolves when everything written so far is on disk. */
  whenStored(): Promise<void>;
  /** Why nothing can be stored at the moment; undefined when it can. */
  storageProblem(): Error | undefined;
  /** What was amiss in the data folder at the start, and how it was mended: sentences. */
  readonly notices: readonly string[];
}

/** Puts a cluster together and makes what every cluster has. Throws when its data folder cannot be read. */
export function createPracticeCluster(options: PracticeClusterOptions = {}): PracticeCluster {
  const clock = options.clock ?? systemClock;
  const parts = new DisposableList();
  const opened = options.dataFolder === undefined ? undefined : Journal.open(options.dataFolder, clock);
  const store = new ObjectStore(opened?.state, opened?.journal);
  if (opened) {
    opened.journal.foldFrom(() => ({ revision: store.revision, objects: store.everything() }));
    parts.add({ dispose: () => opened.journal.close() });
  }
  const tokens = new ServiceAccountTokens(options.signingKey);
  const registry = new ResourceRegistry(definitions);
  const pipeline = new Pipeline({
    store,
    clock,
    rules: kubernetesRules,
    admissions,
    tokens,
    definitionOf: (resource) => registry.definitionOf(resource),
  });
  const post = subresourceActions(pipeline);
  const auditLog = new AuditLog();
  const clientFor = (userName: string) => new LocalClient(userName, pipeline, post, auditLog);
  const workers = options.workers ?? 0;
  bootstrapObjects(clientFor("system:apiserver"));
  registerNodes(clientFor("system:apiserver"), workers, clock.now());
  store.forgetChanges();
  const rootCertificate = options.rootCertificate ?? "";
  parts.add(
    startControllers({
      clientFor,
      clock,
      resources: registry.stored,
      onResourceAdded: (listener) => registry.onAdded(listener),
      rootCertificate,
    }),
  );
  parts.add(new CustomResourceController(clientFor("system:apiserver"), clock, registry));
  parts.add(new Scheduler(clientFor("system:kube-scheduler"), clock));
  parts.add(startNodeControllers({ clientFor, clock }));
  const volumesFolder = join(options.dataFolder ?? mkdtempSync(join(tmpdir(), "practice-")), "volumes");
  const account = (name: string) => clientFor(`system:serviceaccount:kube-system:${name}`);
  const provisioner = clientFor(
    "system:serviceaccount:local-path-storage:local-path-provisioner-service-account",
  );
  parts.add(new VolumeController(account("persistent-volume-binder"), provisioner, clock, volumesFolder));
  const runtime = parts.add(
    startRuntime({
      clientFor,
      clock,
      nodes: nodeNames(workers).map((name, index) => ({ name, address: nodeAddress(index) })),
      folderOf: (volume) => volumeFolder(volumesFolder, volume),
    }),
  );
  return {
    pipeline,
    registry,
    auditLog,
    nodeRuntime: runtime.nodeRuntime,
    clientFor,
    notices: opened?.notices ?? [],
    storageProblem: () => opened?.journal.problem,
    whenStored: () => opened?.journal.whenFlushed() ?? Promise.resolve(),
    dispose: () => parts.dispose(),
  };
}
