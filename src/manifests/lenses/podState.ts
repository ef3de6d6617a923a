import type { KubernetesObject } from "../../common/kubernetes/objects.ts";

interface PodLike extends KubernetesObject {
  readonly status?: { readonly conditions?: readonly { readonly type?: string; readonly status?: string }[] };
}

/** Whether a Pod's condition Ready is True. */
export function isReady(pod: PodLike): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}
