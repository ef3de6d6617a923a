import type { IPod } from "kubernetes-models/v1/Pod";
import type { Clock } from "../../common/clock.ts";
import type { ApiClient } from "../api/apiClient.ts";
import { isNotFound } from "../api/apiError.ts";
import { pods } from "../api/resources.ts";
import type { EventRecorder } from "../controllers/kit/eventRecorder.ts";
import { isTerminating } from "../controllers/kit/podConditions.ts";
import { timeText } from "../controllers/kit/times.ts";
import { type Candidate, preemptedReason } from "./preemption.ts";

/** Takes the victims off their node for the Pod: marks, deletes and tells (framework/preemption/executor.go). */
export function preempt(
  pod: IPod,
  { node, victims }: Candidate,
  client: ApiClient,
  clock: Clock,
  events: EventRecorder,
): void {
  const message = `Preempted by pod ${pod.metadata?.uid} on node ${node.metadata?.name}`;
  // who is leaving already is not marked or told again
  for (const victim of victims.filter((each) => !isTerminating(each))) {
    if (removed(victim, pod, client, clock)) {
      events.record({ apiVersion: "v1", kind: "Pod", object: victim }, "Normal", "Preempted", message);
    }
  }
}

function removed(victim: IPod, pod: IPod, client: ApiClient, clock: Clock): boolean {
  const { namespace, name = "" } = victim.metadata ?? {};
  const marked = structuredClone(client.find(pods, { namespace, name }));
  if (!marked || marked.metadata?.uid !== victim.metadata?.uid) {
    return false;
  }
  const others = (marked.status?.conditions ?? []).filter(({ type }) => type !== "DisruptionTarget");
  const target = {
    type: "DisruptionTarget",
    status: "True" as const,
    observedGeneration: marked.metadata?.generation ?? 1,
    reason: preemptedReason,
    message: `${pod.spec?.schedulerName || "default-scheduler"}: preempting to accommodate a higher priority pod`,
    lastTransitionTime: timeText(clock.now()),
  };
  marked.status = { ...marked.status, conditions: [...others, target] };
  try {
    client.update(pods, marked, { subresource: "status" });
    client.delete(pods, { namespace, name });
    return true;
  } catch (error) {
    if (!isNotFound(error)) {
      throw error;
    }
    return false;
  }
}
