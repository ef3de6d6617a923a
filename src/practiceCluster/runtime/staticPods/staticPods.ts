import type { Clock } from "../../../common/clock.ts";
import type { Disposable } from "../../../common/disposable.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { nodes, pods } from "../../api/resources.ts";
import { timeText } from "../podHandle.ts";
import { components } from "./components.ts";
import { mirrorPod } from "./mirrorPod.ts";

/** Keeps the mirror Pods of the control plane: one that is deleted is there again at once. */
export function keepMirrorPods(client: ApiClient, clock: Clock, nodeName: string): Disposable {
  const make = () => {
    const node = client.find(nodes, { name: nodeName });
    for (const component of node ? components : []) {
      const pod = mirrorPod(
        component,
        { name: nodeName, uid: node?.metadata?.uid ?? "" },
        timeText(clock.now()),
      );
      const { namespace, name = "" } = pod.metadata ?? {};
      if (!client.find(pods, { namespace, name })) {
        client.create(pods, pod);
      }
    }
  };
  make();
  const options = { namespace: "kube-system", labelSelector: "tier=control-plane" };
  return client.watch(pods, ({ type }) => (type === "DELETED" ? make() : undefined), options);
}
