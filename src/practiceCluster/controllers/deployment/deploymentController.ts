import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IReplicaSet } from "kubernetes-models/apps/v1/ReplicaSet";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { Clock } from "../../../common/clock.ts";
import { type Disposable, DisposableList } from "../../../common/disposable.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { isNotFound } from "../../api/apiError.ts";
import { deployments, pods, replicaSets } from "../../api/resources.ts";
import { claimObjects } from "../kit/claim.ts";
import { EventRecorder } from "../kit/eventRecorder.ts";
import { KeyedQueue } from "../kit/keyedQueue.ts";
import { controllerOf, isControlledBy, keyOf, parseKey } from "../kit/keys.ts";
import { selectorMatches } from "../kit/selectors.ts";
import { canonicalText } from "../kit/templateHash.ts";
import { DeploymentActor } from "./act.ts";
import { annotationsOf, revisionAnnotation } from "./annotations.ts";
import { decide } from "./decide.ts";
import type { DeploymentStatus } from "./types.ts";

/** Rolls each Deployment's template out through ReplicaSets (pkg/controller/deployment). */
export class DeploymentController implements Disposable {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #queue: KeyedQueue;
  readonly #actor: DeploymentActor;
  readonly #parts = new DisposableList();

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
    this.#actor = new DeploymentActor(
      client,
      clock,
      new EventRecorder(client, clock, "deployment-controller"),
    );
    this.#queue = this.#parts.add(new KeyedQueue(clock, (key) => this.#sync(key)));
    this.#parts.add(client.watch(deployments, ({ object }) => this.#queue.add(keyOf(object))));
    this.#parts.add(client.watch(replicaSets, ({ object }) => this.#setChanged(object)));
    this.#parts.add(client.watch(pods, ({ type, object }) => this.#podChanged(type, object)));
  }

  dispose(): void {
    this.#parts.dispose();
  }

  #setChanged(set: IReplicaSet): void {
    const { namespace } = set.metadata ?? {};
    const owner = controllerOf(set);
    if (owner?.kind === "Deployment") {
      this.#queue.add(`${namespace ?? ""}/${owner.name}`);
    } else if (!owner) {
      for (const deployment of this.#client.list(deployments, { namespace })) {
        if (selectorMatches(deployment.spec?.selector, set.metadata?.labels)) {
          this.#queue.add(keyOf(deployment));
        }
      }
    }
  }

  /** Recreate waits until the last old Pod is gone. */
  #podChanged(type: string, pod: IPod): void {
    const { namespace } = pod.metadata ?? {};
    const owner = controllerOf(pod);
    if (type === "DELETED" && owner?.kind === "ReplicaSet") {
      const set = this.#client.find(replicaSets, { namespace, name: owner.name });
      if (set) {
        this.#setChanged(set);
      }
    }
  }

  #sync(key: string): void {
    const deployment = this.#client.find(deployments, parseKey(key));
    if (!deployment) {
      return;
    }
    const { namespace } = deployment.metadata ?? {};
    const replicaSetsOfDeployment = claimObjects(this.#client, {
      ownerResource: deployments,
      owner: deployment,
      resource: replicaSets,
      candidates: this.#client.list(replicaSets, { namespace }),
      fits: (set) => selectorMatches(deployment.spec?.selector, set.metadata?.labels),
    });
    const podsOf = (set: IReplicaSet) =>
      this.#client.list(pods, { namespace }).filter((pod) => isControlledBy(pod, set));
    const { steps, status, revision, recheckInMs } = decide({
      deployment,
      replicaSets: replicaSetsOfDeployment,
      podsOf,
      now: this.#clock.now(),
    });
    for (const step of steps) {
      this.#actor.perform(deployment, step);
    }
    this.#writeStatus(deployment, status, revision);
    if (recheckInMs !== undefined) {
      this.#queue.addAfter(key, recheckInMs);
    }
  }

  /** The revision goes with the status: an annotation of the controller's own, which is no change of the spec. */
  #writeStatus(deployment: IDeployment, status: DeploymentStatus, revision: string | undefined): void {
    const { namespace, name = "", uid } = deployment.metadata ?? {};
    const current = this.#client.find(deployments, { namespace, name });
    const isSame = revision === undefined && canonicalText(current?.status) === canonicalText(status);
    if (!current || current.metadata?.uid !== uid || isSame) {
      return;
    }
    const updated = { ...structuredClone(current), status };
    if (revision !== undefined) {
      const annotations = { ...annotationsOf(current), [revisionAnnotation]: revision };
      updated.metadata = { ...updated.metadata, annotations };
    }
    try {
      this.#client.update(deployments, updated, { subresource: "status" });
    } catch (error) {
      if (!isNotFound(error)) {
        throw error;
      }
    }
  }
}
