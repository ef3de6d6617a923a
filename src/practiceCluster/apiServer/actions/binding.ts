import type { IPod } from "kubernetes-models/v1/Pod";
import type { KubernetesObject, ObjectKey } from "../../../common/kubernetes/objects.ts";
import { ApiError } from "../../api/apiError.ts";
import { groupResourceOf } from "../../api/resource.ts";
import { pods } from "../../api/resources.ts";
import { type RequestContext, timeText } from "../requests/context.ts";
import { refusals } from "../requests/errors.ts";
import type { Pipeline } from "../requests/pipeline.ts";

interface Binding extends KubernetesObject {
  readonly target?: { readonly kind?: string; readonly name?: string };
}

/** Answers POST pods/NAME/binding: puts a Pod on a node, once (pkg/registry/core/pod/storage, assignPod). */
export function bind(
  pipeline: Pipeline,
  key: ObjectKey,
  body: KubernetesObject,
  context: RequestContext,
): KubernetesObject {
  const { target, metadata = {} } = body as Binding;
  if (metadata.name !== key.name) {
    throw refusals.badRequest("name in URL does not match name in Binding object");
  }
  requireNode(target);
  const pod = pipeline.get(pods, key) as IPod;
  const obstacle = obstacleTo(pod, metadata);
  if (obstacle !== undefined) {
    throw refusals.conflict({ ...pods, resource: "pods/binding" }, key.name, obstacle);
  }
  if (!context.dryRun) {
    pipeline.store.put(groupResourceOf(pods), bound(pod, target?.name ?? "", metadata, context));
  }
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 } as KubernetesObject;
}

/** Throws what the real server answers, which has no reason (ValidatePodBinding). */
function requireNode({ kind = "", name = "" }: Binding["target"] = {}): void {
  const problems = [
    ...(kind === "" || kind === "Node"
      ? []
      : [`target.kind: Unsupported value: ${JSON.stringify(kind)}: supported values: "<empty>", "Node"`]),
    ...(name === "" ? ["target.name: Required value"] : []),
  ];
  if (problems.length > 0) {
    throw new ApiError(500, "", problems.length > 1 ? `[${problems.join(", ")}]` : (problems[0] ?? ""));
  }
}

function obstacleTo(pod: IPod, { uid }: NonNullable<Binding["metadata"]>): string | undefined {
  const { name = "", deletionTimestamp } = pod.metadata ?? {};
  if (uid && uid !== pod.metadata?.uid) {
    return `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${pod.metadata?.uid}`;
  }
  if (deletionTimestamp) {
    return `pod ${name} is being deleted, cannot be assigned to a host`;
  }
  if (pod.spec?.nodeName) {
    return `pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`;
  }
  const isGated = (pod.spec?.schedulingGates ?? []).length > 0;
  return isGated ? `pod ${name} has non-empty .spec.schedulingGates` : undefined;
}

/** The Pod on its node, with the labels and annotations that the Binding brings. */
function bound(
  pod: IPod,
  nodeName: string,
  { labels, annotations }: NonNullable<Binding["metadata"]>,
  context: RequestContext,
): IPod {
  const next = structuredClone(pod);
  next.metadata = {
    ...next.metadata,
    ...(labels ? { labels: { ...next.metadata?.labels, ...labels } } : {}),
    ...(annotations ? { annotations: { ...next.metadata?.annotations, ...annotations } } : {}),
  };
  next.spec = { ...(next.spec ?? { containers: [] }), nodeName };
  const others = (next.status?.conditions ?? []).filter(({ type }) => type !== "PodScheduled");
  const scheduled = {
    type: "PodScheduled",
    status: "True",
    lastTransitionTime: timeText(context.now),
    observedGeneration: pod.metadata?.generation ?? 1,
  };
  const { nominatedNodeName: _nominated, ...status } = next.status ?? {};
  next.status = { ...status, conditions: [...others, scheduled] };
  return next;
}
