import type { IPodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { Clock } from "../../../common/clock.ts";
import { type Disposable, DisposableList } from "../../../common/disposable.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { isConflict } from "../../api/apiError.ts";
import type { Resource } from "../../api/resource.ts";
import { podDisruptionBudgets, pods } from "../../api/resources.ts";
import { EventRecorder } from "../kit/eventRecorder.ts";
import { KeyedQueue } from "../kit/keyedQueue.ts";
import { keyOf, parseKey } from "../kit/keys.ts";
import { isTerminating } from "../kit/podConditions.ts";
import { messageOf } from "../kit/podControl.ts";
import { selectorMatches } from "../kit/selectors.ts";
import { writeStatus } from "../kit/writeStatus.ts";
import { expectedScale } from "./expectedScale.ts";
import { selectorText } from "./selectorText.ts";
import { budgetStatus, failedStatus, nextRecheckInMs } from "./status.ts";

/** Keeps the status of each PodDisruptionBudget, which evictions ask (pkg/controller/disruption). */
export class DisruptionController implements Disposable {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #resources: readonly Resource[];
  readonly #queue: KeyedQueue;
  readonly #events: EventRecorder;
  /** By budget, the Pods that were seen going since its last calculation. */
  readonly #going = new Map<string, Set<string>>();
  readonly #parts = new DisposableList();

  /** `resources`: everything that the server stores. */
  constructor(client: ApiClient, clock: Clock, resources: readonly Resource[]) {
    this.#client = client;
    this.#clock = clock;
    this.#resources = resources;
    this.#events = new EventRecorder(client, clock, "controllermanager");
    this.#queue = this.#parts.add(new KeyedQueue(clock, (key) => this.#sync(key)));
    this.#parts.add(client.watch(podDisruptionBudgets, ({ object }) => this.#queue.add(keyOf(object))));
    this.#parts.add(client.watch(pods, ({ type, object }) => this.#podChanged(type, object)));
  }

  dispose(): void {
    this.#parts.dispose();
  }

  #podChanged(type: "ADDED" | "MODIFIED" | "DELETED", pod: IPod): void {
    const concerned = this.#client
      .list(podDisruptionBudgets, { namespace: pod.metadata?.namespace })
      .filter(({ spec }) => selectorMatches(spec?.selector, pod.metadata?.labels));
    for (const budget of concerned) {
      this.#queue.add(keyOf(budget));
      if (type === "DELETED" || isTerminating(pod)) {
        const names = this.#going.get(keyOf(budget)) ?? new Set();
        this.#going.set(keyOf(budget), names.add(pod.metadata?.name ?? ""));
      }
    }
    if (concerned.length > 1) {
      const chosen = concerned[0]?.metadata?.name ?? "";
      const { namespace = "", name = "" } = pod.metadata ?? {};
      const text = `Pod ${JSON.stringify(namespace)}/${JSON.stringify(name)} matches multiple PodDisruptionBudgets.  Chose ${JSON.stringify(chosen)} arbitrarily.`;
      const subject = { apiVersion: "v1", kind: "Pod", object: pod };
      this.#events.record(subject, "Warning", "MultiplePodDisruptionBudgets", text);
    }
  }

  #sync(key: string): void {
    const budget = this.#client.find(podDisruptionBudgets, parseKey(key));
    if (!budget) {
      this.#going.delete(key);
      return;
    }
    try {
      this.#calculate(key, budget);
    } catch (error) {
      if (isConflict(error)) {
        throw error;
      }
      const status = failedStatus(budget, messageOf(error), this.#clock.now());
      writeStatus(this.#client, podDisruptionBudgets, budget, status);
    }
  }

  #calculate(key: string, budget: IPodDisruptionBudget): void {
    const now = this.#clock.now();
    const members = this.#client
      .list(pods, { namespace: budget.metadata?.namespace })
      .filter(({ metadata }) => selectorMatches(budget.spec?.selector, metadata?.labels));
    if (members.length === 0) {
      this.#record(budget, "Normal", "NoPods", "No matching pods found");
    }
    const scale = () => this.#scaleOf(budget, members);
    const replaced = this.#going.get(key) ?? new Set();
    const status = budgetStatus({ budget, pods: members, scale, replaced, now });
    writeStatus(this.#client, podDisruptionBudgets, budget, status);
    this.#going.delete(key);
    const wait = nextRecheckInMs(status, now);
    if (wait !== undefined) {
      this.#queue.addAfter(key, wait + 1);
    }
  }

  #scaleOf(budget: IPodDisruptionBudget, members: readonly IPod[]): number {
    try {
      const { total, unmanaged } = expectedScale(this.#client, members, this.#resources);
      if (unmanaged.length > 0) {
        this.#record(budget, "Warning", "UnmanagedPods", unmanagedText(budget));
      }
      return total;
    } catch (error) {
      const text = `Failed to calculate the number of expected pods: ${messageOf(error)}`;
      this.#record(budget, "Warning", "CalculateExpectedPodCountFailed", text);
      throw error;
    }
  }

  #record(object: IPodDisruptionBudget, type: "Normal" | "Warning", reason: string, message: string): void {
    const subject = { apiVersion: "policy/v1", kind: "PodDisruptionBudget", object };
    this.#events.record(subject, type, reason, message);
  }
}

function unmanagedText({ spec }: IPodDisruptionBudget): string {
  return (
    `Pods selected by this PodDisruptionBudget (selector: ${selectorText(spec?.selector)}) were found to be unmanaged. ` +
    "As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. " +
    'To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.'
  );
}
