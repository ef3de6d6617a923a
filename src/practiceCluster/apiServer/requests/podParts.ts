import type { IPod } from "kubernetes-models/v1/Pod";
import type { KubernetesObject } from "../../../common/kubernetes/objects.ts";

type PodSpec = NonNullable<IPod["spec"]>;
type Container = PodSpec["containers"][number];

/** The old Pod with the resources of a request's containers; containers that were renamed are left for validation to refuse. */
export function resizedPod(old: KubernetesObject, input: KubernetesObject): KubernetesObject {
  const [before, after] = [(old as IPod).spec, (input as IPod).spec];
  if (!before || !after) {
    return input;
  }
  const spec: PodSpec = { ...before, containers: withResources(before.containers, after.containers) };
  if (before.initContainers || after.initContainers) {
    spec.initContainers = withResources(before.initContainers ?? [], after.initContainers ?? []);
  }
  if (after.resources) {
    spec.resources = after.resources;
  }
  return { ...structuredClone(old), spec } as KubernetesObject;
}

function withResources(before: readonly Container[], after: readonly Container[]): Container[] {
  const isKept =
    before.length === after.length && before.every(({ name }, index) => after[index]?.name === name);
  if (!isKept) {
    return [...after];
  }
  return before.map((container, index) => {
    const { resources, resizePolicy } = after[index] ?? {};
    return {
      ...container,
      ...(resources ? { resources } : {}),
      ...(resizePolicy ? { resizePolicy } : {}),
    };
  });
}

/** The old Pod with the containers for debugging that a request names. */
export function podWithEphemeralContainers(old: KubernetesObject, input: KubernetesObject): KubernetesObject {
  const { ephemeralContainers } = (input as IPod).spec ?? {};
  const copy = structuredClone(old) as IPod;
  if (copy.spec && ephemeralContainers) {
    copy.spec.ephemeralContainers = ephemeralContainers;
  } else {
    delete copy.spec?.ephemeralContainers;
  }
  return copy as KubernetesObject;
}
