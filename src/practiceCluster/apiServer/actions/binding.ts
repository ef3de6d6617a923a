import type { IPod } from "kubernetes-models/v1/Pod";
import type { KubernetesObject, ObjectKey } from "../../../common/kubernetes/objects.ts";
import { groupResourceOf } from "../../api/resource.ts";
import { pods } from "../../api/resources.ts";
import { type RequestContext, timeText } from "../requests/context.ts";
import { refusals } from "../requests/errors.ts";
import type { Pipeline } from "../requests/pipeline.ts";

interface Binding extends KubernetesObject {
  readonly target?: { readonly name?: string };
}

/** Answers POST pods/NAME/binding: puts a Pod on a node, once (pkg/registry/core/pod/storage, assignPod). */
export function bind(
  pipeline: Pipeline,
  key: ObjectKey,
  body: KubernetesObject,
  context: RequestContext,
): KubernetesObject {
  const { target } = body as Binding;
  const pod = pipeline.get(pods, key) as IPod;
  if (pod.metadata?.deletionTimestamp) {
    throw refusals.conflict(pods, key.name, `pod ${key.name} is being deleted, cannot be assigned to a host`);
  }
  if (pod.spec?.nodeName) {
    throw refusals.conflict(
      pods,
      key.name,
      `pod ${key.name} is already assigned to node "${pod.spec.nodeName}"`,
    );
  }
  const bound = structuredClone(pod);
  bound.spec = { ...(bound.spec ?? { containers: [] }), nodeName: target?.name ?? "" };
  const others = (bound.status?.conditions ?? []).filter(({ type }) => type !== "PodScheduled");
  const scheduled = {
    type: "PodScheduled",
    status: "True",
    lastTransitionTime: timeText(context.now),
    observedGeneration: pod.metadata?.generation ?? 1,
  };
  bound.status = { ...bound.status, conditions: [...others, scheduled] };
  pipeline.store.put(groupResourceOf(pods), bound);
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 } as KubernetesObject;
}
