import type { INode } from "kubernetes-models/v1/Node";

export type Taint = NonNullable<NonNullable<INode["spec"]>["taints"]>[number];

const prefix = "node.kubernetes.io/";

/** The taints that this controller sets and removes; all others are left alone. */
const kept: readonly (readonly [string, Taint["effect"]])[] = [
  ["unschedulable", "NoSchedule"],
  ["not-ready", "NoSchedule"],
  ["unreachable", "NoSchedule"],
  ["memory-pressure", "NoSchedule"],
  ["disk-pressure", "NoSchedule"],
  ["pid-pressure", "NoSchedule"],
  ["network-unavailable", "NoSchedule"],
  ["not-ready", "NoExecute"],
  ["unreachable", "NoExecute"],
];

/** The condition whose state stands for each taint. */
const conditionOf: Readonly<Record<string, { readonly type: string; readonly status: string }>> = {
  "not-ready": { type: "Ready", status: "False" },
  unreachable: { type: "Ready", status: "Unknown" },
  "memory-pressure": { type: "MemoryPressure", status: "True" },
  "disk-pressure": { type: "DiskPressure", status: "True" },
  "pid-pressure": { type: "PIDPressure", status: "True" },
  "network-unavailable": { type: "NetworkUnavailable", status: "True" },
};

/** A node's taints as its spec and conditions ask for (node_lifecycle_controller.go); the same array when they are so already. */
export function taintsOf(node: INode, time: string): readonly Taint[] {
  const now = node.spec?.taints ?? [];
  const wanted = kept.filter(([name]) => stands(node, name));
  const isKept = ({ key, effect }: Taint, list: typeof kept) =>
    list.some(([name, each]) => key === prefix + name && effect === each);
  const missing = wanted.filter(([name, effect]) => !now.some((taint) => isKept(taint, [[name, effect]])));
  const stale = now.filter((taint) => isKept(taint, kept) && !isKept(taint, wanted));
  if (missing.length === 0 && stale.length === 0) {
    return now;
  }
  const added = missing.map(([name, effect]) => ({ key: prefix + name, effect, timeAdded: time }));
  return [...now.filter((taint) => !stale.includes(taint)), ...added];
}

function stands(node: INode, name: string): boolean {
  const condition = conditionOf[name];
  return condition === undefined
    ? node.spec?.unschedulable === true
    : (node.status?.conditions ?? []).some(
        ({ type, status }) => type === condition.type && status === condition.status,
      );
}
