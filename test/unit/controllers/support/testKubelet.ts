import type { IPod } from "kubernetes-models/v1/Pod";
import type { Clock } from "../../../../src/common/clock.ts";
import type { ApiClient } from "../../../../src/practiceCluster/api/apiClient.ts";
import { pods } from "../../../../src/practiceCluster/api/resources.ts";
import { targetNodeOf } from "../../../../src/practiceCluster/controllers/daemonSet/nodes.ts";
import { timeText } from "../../../../src/practiceCluster/controllers/kit/times.ts";

/** Where Pods go that ask for no node. */
const anyNode = "practice-control-plane";

type PodStatus = NonNullable<IPod["status"]>;

/** Says what becomes of Pods, as the scheduler and a node would. */
export class TestKubelet {
  readonly #client: ApiClient;
  readonly #clock: Clock;

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** Every Pod there is, or those of one namespace. */
  pods(namespace?: string): IPod[] {
    return [...this.#client.list(pods, namespace === undefined ? {} : { namespace })];
  }

  /** The Pod runs and is ready; it is bound to a node first. */
  makeReady(pod: IPod): void {
    this.#report(pod, "Running", "True");
  }

  /** The Pod runs, but is not ready. */
  run(pod: IPod): void {
    this.#report(pod, "Running", "False");
  }

  /** The Pod's containers ended, all of them well. */
  succeed(pod: IPod): void {
    this.#report(pod, "Succeeded", "False");
  }

  /** The Pod's containers ended, one of them not well. */
  fail(pod: IPod, exitCode = 1): void {
    this.#report(pod, "Failed", "False", exitCode);
  }

  /** A Pod that is being deleted has stopped: it goes. */
  stop(pod: IPod): void {
    this.#client.delete(pods, keyOf(pod), { gracePeriodSeconds: 0 });
  }

  #report(pod: IPod, phase: NonNullable<PodStatus["phase"]>, ready: "True" | "False", exitCode = 0): void {
    this.#bind(pod);
    const current = structuredClone(this.#client.get(pods, keyOf(pod)));
    const time = timeText(this.#clock.now());
    const hasEnded = phase === "Succeeded" || phase === "Failed";
    const status: PodStatus = {
      ...current.status,
      phase,
      startTime: current.status?.startTime ?? time,
      conditions: [{ type: "Ready", status: ready, lastTransitionTime: time }],
      containerStatuses: (pod.spec?.containers ?? []).map(({ name, image = "" }) => ({
        name,
        image,
        imageID: "",
        ready: ready === "True",
        restartCount: 0,
        state: hasEnded
          ? { terminated: { exitCode, startedAt: time, finishedAt: time } }
          : { running: { startedAt: time } },
      })),
    };
    this.#client.update(pods, { ...current, status }, { subresource: "status" });
  }

  #bind(pod: IPod): void {
    if (!this.#client.get(pods, keyOf(pod)).spec?.nodeName) {
      const name = targetNodeOf(pod) ?? anyNode;
      const body = {
        apiVersion: "v1",
        kind: "Binding",
        metadata: keyOf(pod),
        target: { kind: "Node", name },
      };
      this.#client.post(pods, keyOf(pod), "binding", body);
    }
  }
}

function keyOf({ metadata }: IPod): { namespace: string; name: string } {
  return { namespace: metadata?.namespace ?? "", name: metadata?.name ?? "" };
}
