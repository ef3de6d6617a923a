import type { IPod } from "kubernetes-models/v1/Pod";
import type { IService } from "kubernetes-models/v1/Service";
import { keyOf } from "./keys.ts";

/** The annotation that says which change endpoints follow. */
export const triggerTimeAnnotation = "endpoints.kubernetes.io/last-change-trigger-time";

/** When the change happened that a Service's endpoints have to follow (endpointslice's TriggerTimeTracker). */
export class TriggerTimes {
  readonly #known = new Map<string, ReadonlyMap<string, string>>();

  /** The earliest new transition since the last call; undefined when nothing that has a time changed. */
  next(service: IService, pods: readonly IPod[]): string | undefined {
    const before = this.#known.get(keyOf(service));
    const now = new Map(pods.flatMap((pod) => transitionOf(pod)));
    this.#known.set(keyOf(service), now);
    if (!before) {
      return service.metadata?.creationTimestamp;
    }
    return [...now]
      .filter(([name, time]) => time > (before.get(name) ?? ""))
      .map(([, time]) => time)
      .sort()[0];
  }

  forget(key: string): void {
    this.#known.delete(key);
  }
}

function transitionOf(pod: IPod): [string, string][] {
  const ready = pod.status?.conditions?.find(({ type }) => type === "Ready");
  return ready?.lastTransitionTime ? [[pod.metadata?.name ?? "", String(ready.lastTransitionTime)]] : [];
}
