import type { INode } from "kubernetes-models/v1/Node";
import type { ApiClient } from "../api/apiClient.ts";
import { nodes } from "../api/resources.ts";
import { timeText } from "../controllers/kit/times.ts";

type Condition = NonNullable<NonNullable<INode["status"]>["conditions"]>[number];

const healthy: Readonly<Record<string, Pick<Condition, "status" | "reason" | "message">>> = {
  MemoryPressure: {
    status: "False",
    reason: "KubeletHasSufficientMemory",
    message: "kubelet has sufficient memory available",
  },
  DiskPressure: {
    status: "False",
    reason: "KubeletHasNoDiskPressure",
    message: "kubelet has no disk pressure",
  },
  PIDPressure: {
    status: "False",
    reason: "KubeletHasSufficientPID",
    message: "kubelet has sufficient PID available",
  },
  Ready: { status: "True", reason: "KubeletReady", message: "kubelet is posting ready status" },
};

/** A node that lives says that it is well, where it was taken for lost (pkg/kubelet/nodestatus). */
export function reportReady(client: ApiClient, name: string, now: number): void {
  const node = client.find(nodes, { name });
  const conditions = node?.status?.conditions ?? [];
  const isTakenForLost = ({ reason }: Condition) => reason === "NodeStatusUnknown";
  if (!node || !conditions.some(isTakenForLost)) {
    return;
  }
  const time = timeText(now);
  const reported = conditions.map((each) =>
    isTakenForLost(each)
      ? { ...each, ...healthy[each.type], lastHeartbeatTime: time, lastTransitionTime: time }
      : each,
  );
  const status = { ...node.status, conditions: reported };
  client.update(nodes, { ...structuredClone(node), status }, { subresource: "status" });
}
