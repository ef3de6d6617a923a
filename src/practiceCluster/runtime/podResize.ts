import { isDeepStrictEqual } from "node:util";
import type { IPod } from "kubernetes-models/v1/Pod";
import { quantityToNumber } from "../../common/kubernetes/quantity.ts";
import type { ApiClient } from "../api/apiClient.ts";
import { nodes, pods } from "../api/resources.ts";
import type { ContainerFacts } from "./containerState.ts";

type ContainerSpec = NonNullable<IPod["spec"]>["containers"][number];
type Resources = NonNullable<ContainerSpec["resources"]>;

/** A container whose resources differ from those that it runs with. */
export function isResized({ resources }: ContainerFacts, spec: ContainerSpec | undefined): boolean {
  const wanted: Resources = spec?.resources ?? {};
  return !(["requests", "limits"] as const).every((kind) =>
    isDeepStrictEqual(sorted(resources[kind]), sorted(wanted[kind])),
  );
}

/** Whether a changed resource asks for the container to be started again (resizePolicy). */
export function needsRestart({ resources }: ContainerFacts, spec: ContainerSpec): boolean {
  return (spec.resizePolicy ?? []).some(({ resourceName, restartPolicy }) => {
    const isChanged = (["requests", "limits"] as const).some(
      (kind) => resources[kind]?.[resourceName] !== spec.resources?.[kind]?.[resourceName],
    );
    return restartPolicy === "RestartContainer" && isChanged;
  });
}

export interface ResizeRefusal {
  readonly reason: "Infeasible" | "Deferred";
  readonly message: string;
}

/** Why a node cannot give what the Pod asks for: never, or not now (pkg/kubelet/allocation, canAdmitPod). */
export function resizeRefusal(client: ApiClient, pod: IPod): ResizeRefusal | undefined {
  const nodeName = pod.spec?.nodeName ?? "";
  const room = client.find(nodes, { name: nodeName })?.status?.allocatable ?? {};
  const others = client
    .list(pods, { fieldSelector: `spec.nodeName=${nodeName}` })
    .filter(({ metadata, status }) => {
      const isOver = status?.phase === "Succeeded" || status?.phase === "Failed";
      return metadata?.uid !== pod.metadata?.uid && !isOver;
    });
  for (const name of ["cpu", "memory"] as const) {
    const unit = name === "cpu" ? 1000 : 1;
    const capacity = quantityToNumber(room[name]) * unit;
    const requested = requestOf(pod, name) * unit;
    if (requested > capacity) {
      const message = `Node didn't have enough capacity: ${name}, requested: ${requested}, capacity: ${capacity}`;
      return { reason: "Infeasible", message };
    }
    const used = others.reduce((sum, other) => sum + requestOf(other, name) * unit, 0);
    if (used + requested > capacity) {
      const message = `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`;
      return { reason: "Deferred", message };
    }
  }
  return undefined;
}

/** What the events of a resize say it is about (pkg/kubelet/events, resize.go). */
export function resizeSummary(pod: IPod, error?: string): string {
  const list = (containers: readonly ContainerSpec[] | undefined) =>
    containers?.map(({ name, resources = {} }) => ({
      name,
      resources: {
        ...(resources.limits ? { limits: sorted(resources.limits) } : {}),
        ...(resources.requests ? { requests: sorted(resources.requests) } : {}),
      },
    }));
  const { initContainers, containers } = pod.spec ?? {};
  return JSON.stringify({
    ...(initContainers?.length ? { initContainers: list(initContainers) } : {}),
    containers: list(containers),
    generation: pod.metadata?.generation ?? 1,
    ...(error ? { error } : {}),
  });
}

function requestOf(pod: IPod, name: string): number {
  return (pod.spec?.containers ?? []).reduce(
    (sum, { resources }) => sum + quantityToNumber(resources?.requests?.[name]),
    0,
  );
}

function sorted<T>(values: Readonly<Record<string, T>> | undefined): Record<string, T> {
  return Object.fromEntries(Object.entries(values ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
}
