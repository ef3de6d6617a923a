import type { IPodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { KubernetesObject, ObjectKey } from "../../../common/kubernetes/objects.ts";
import type { DeleteOptions } from "../../api/apiClient.ts";
import { ApiError } from "../../api/apiError.ts";
import { podDisruptionBudgets, pods } from "../../api/resources.ts";
import { disruptsNothing, guards, isUnguarded, whyNone } from "../../controllers/disruption/evictionRules.ts";
import { withAllowedCondition } from "../../controllers/disruption/status.ts";
import { type RequestContext, timeText } from "../requests/context.ts";
import { refusals } from "../requests/errors.ts";
import type { Pipeline } from "../requests/pipeline.ts";

interface EvictionOptions extends Omit<DeleteOptions, "dryRun"> {
  readonly dryRun?: readonly string[];
}

interface Eviction extends KubernetesObject {
  readonly deleteOptions?: EvictionOptions;
}

const violation = "Cannot evict pod as it would violate the pod's disruption budget.";
/** Evictions that the budget's controller has not seen yet; more are refused. */
const largestDisruptedCount = 2_000;

/**
 * Answers POST pods/NAME/eviction: deletes the Pod where its PodDisruptionBudget allows one more disruption
 * (pkg/registry/core/pod/storage/eviction.go). Throws ApiError 429 where it does not.
 */
export function evict(
  pipeline: Pipeline,
  key: ObjectKey,
  body: KubernetesObject,
  context: RequestContext,
): KubernetesObject {
  const eviction = body as Eviction;
  if (eviction.metadata?.name !== key.name) {
    throw refusals.badRequest("name in URL does not match name in Eviction object");
  }
  const { dryRun, ...options } = eviction.deleteOptions ?? {};
  const request = { ...context, dryRun: context.dryRun || (dryRun ?? []).includes("All") };
  const pod = pipeline.get(pods, key) as IPod;
  if (!disruptsNothing(pod)) {
    const budgets = budgetsOf(pipeline, pod);
    if (budgets.length > 1) {
      return severalBudgets();
    }
    const [budget] = budgets;
    if (budget && !isUnguarded(pod, budget)) {
      takeOneDisruption(pipeline, pod, budget, request);
    }
  }
  removePod(pipeline, key, pod, options, request);
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 } as KubernetesObject;
}

function budgetsOf(pipeline: Pipeline, pod: IPod): IPodDisruptionBudget[] {
  const all = pipeline.list(podDisruptionBudgets, { namespace: pod.metadata?.namespace });
  return (all as IPodDisruptionBudget[]).filter((budget) => guards(budget, pod));
}

/** Answered as what was created, not as a refusal: so does the real server. */
function severalBudgets(): KubernetesObject {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message:
      "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
    code: 500,
  } as KubernetesObject;
}

function takeOneDisruption(
  pipeline: Pipeline,
  pod: IPod,
  budget: IPodDisruptionBudget,
  context: RequestContext,
): void {
  const { status = {}, metadata = {} } = budget;
  const { disruptionsAllowed = 0, disruptedPods = {}, observedGeneration = 0 } = status;
  const name = metadata.name ?? "";
  if (observedGeneration < (metadata.generation ?? 0)) {
    throw tooMany(`The disruption budget ${name} is still being processed by the server.`, 10);
  }
  if (Object.keys(disruptedPods).length > largestDisruptedCount) {
    const why = "DisruptedPods map too big - too many evictions not confirmed by PDB controller";
    throw refusals.forbidden({ ...podDisruptionBudgets, resource: "poddisruptionbudget" }, name, why);
  }
  if (disruptionsAllowed === 0) {
    throw tooMany(whyNone(budget));
  }
  const left = disruptionsAllowed - 1;
  const conditions =
    left === 0
      ? withAllowedCondition(status.conditions, 0, observedGeneration, context.now)
      : (status.conditions ?? []);
  const next: IPodDisruptionBudget = {
    ...structuredClone(budget),
    status: {
      ...status,
      disruptionsAllowed: left,
      conditions,
      disruptedPods: { ...disruptedPods, [pod.metadata?.name ?? ""]: timeText(context.now) },
    },
  };
  const key = { namespace: metadata.namespace, name };
  pipeline.update(podDisruptionBudgets, key, next, "status", context);
}

function tooMany(cause: string, retryAfterSeconds?: number): ApiError {
  return new ApiError(429, "TooManyRequests", violation, {
    causes: [{ reason: "DisruptionBudget", message: cause }],
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

/** Says on the Pod why it goes, then deletes it. */
function removePod(
  pipeline: Pipeline,
  key: ObjectKey,
  pod: IPod,
  options: Omit<EvictionOptions, "dryRun">,
  context: RequestContext,
): void {
  const { resourceVersion } = options.preconditions ?? {};
  if (
    context.dryRun ||
    (resourceVersion !== undefined && resourceVersion !== pod.metadata?.resourceVersion)
  ) {
    pipeline.delete(pods, key, options, context);
    return;
  }
  const marked = structuredClone(pod);
  const others = (marked.status?.conditions ?? []).filter(({ type }) => type !== "DisruptionTarget");
  const target = {
    type: "DisruptionTarget",
    status: "True",
    reason: "EvictionByEvictionAPI",
    message: "Eviction API: evicting",
    lastTransitionTime: timeText(context.now),
  };
  marked.status = { ...marked.status, conditions: [...others, target] };
  pipeline.update(pods, key, marked, "status", context);
  const { uid } = options.preconditions ?? {};
  pipeline.delete(pods, key, { ...options, ...(uid ? { preconditions: { uid } } : {}) }, context);
}
