import type { IEvent } from "kubernetes-models/v1/Event";
import type { KubernetesObject } from "../../../../src/common/kubernetes/objects.ts";
import { ManualClock } from "../../../../src/common/manualClock.ts";
import type { ApiClient } from "../../../../src/practiceCluster/api/apiClient.ts";
import { events } from "../../../../src/practiceCluster/api/resources.ts";
import { subresourceActions } from "../../../../src/practiceCluster/apiServer/actions/index.ts";
import { admissions } from "../../../../src/practiceCluster/apiServer/admission/index.ts";
import { ServiceAccountTokens } from "../../../../src/practiceCluster/apiServer/authentication/serviceAccountTokens.ts";
import { LocalClient } from "../../../../src/practiceCluster/apiServer/localClient.ts";
import { Pipeline } from "../../../../src/practiceCluster/apiServer/requests/pipeline.ts";
import { kubernetesRules } from "../../../../src/practiceCluster/apiServer/requests/rules.ts";
import { definitionOf, definitions } from "../../../../src/practiceCluster/apiServer/resources/index.ts";
import { registerNodes } from "../../../../src/practiceCluster/bootstrap/nodes.ts";
import { bootstrapObjects } from "../../../../src/practiceCluster/bootstrap/objects.ts";
import { startControllers, startNodeControllers } from "../../../../src/practiceCluster/controllers/index.ts";
import { ObjectStore } from "../../../../src/practiceCluster/storage/objectStore.ts";
import { TestKubelet } from "./testKubelet.ts";

/**
 * The API server and the controllers on a clock that the test moves, without scheduler and node: what becomes of
 * Pods is for the test to say, through the kubelet.
 */
export interface ControlPlane {
  readonly clock: ManualClock;
  readonly store: ObjectStore;
  /** The test, as an administrator. */
  readonly client: ApiClient;
  readonly kubelet: TestKubelet;
  /** Lets everything happen that takes no time. */
  settle(): Promise<void>;
  /** Lets time pass, and everything that it brings. */
  advance(milliseconds: number): Promise<void>;
  /** The messages of an object's Events with a reason, in the order of their making. */
  eventsOf(object: KubernetesObject | undefined, reason?: string): string[];
  dispose(): void;
}

export function startControlPlane(workers = 0): ControlPlane {
  const clock = new ManualClock(Date.UTC(2026, 0, 1, 12));
  const store = new ObjectStore();
  const tokens = new ServiceAccountTokens(undefined);
  const pipeline = new Pipeline({ store, clock, rules: kubernetesRules, admissions, tokens, definitionOf });
  const post = subresourceActions(pipeline);
  const clientFor = (userName: string) => new LocalClient(userName, pipeline, post);
  bootstrapObjects(clientFor("system:apiserver"));
  registerNodes(clientFor("system:apiserver"), workers, clock.now());
  const resources = definitions.map(({ resource }) => resource);
  const controllers = startControllers({ clientFor, clock, resources, rootCertificate: "" });
  const nodeControllers = startNodeControllers({ clientFor, clock });
  const client = clientFor("kubernetes-admin");
  const settle = async () => {
    for (let revision = -1; revision !== store.revision; ) {
      revision = store.revision;
      await clock.advance(0);
      await clock.advance(0);
    }
  };
  return {
    clock,
    store,
    client,
    kubelet: new TestKubelet(clientFor("system:node:practice-control-plane"), clock),
    settle,
    advance: async (milliseconds) => {
      await settle();
      await clock.advance(milliseconds);
      await settle();
    },
    eventsOf: (object, reason) =>
      client
        .list(events, { namespace: object?.metadata?.namespace })
        .filter((event) => event.involvedObject.uid === object?.metadata?.uid)
        .filter((event) => reason === undefined || event.reason === reason)
        .sort(byRevision)
        .map(({ message = "" }) => message),
    dispose: () => {
      controllers.dispose();
      nodeControllers.dispose();
    },
  };
}

function byRevision(a: IEvent, b: IEvent): number {
  return Number(a.metadata?.resourceVersion) - Number(b.metadata?.resourceVersion);
}
