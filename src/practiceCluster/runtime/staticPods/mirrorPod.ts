import { createHash } from "node:crypto";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { Component } from "./components.ts";

export const mirrorAnnotation = "kubernetes.io/config.mirror";

/** The object by which the API shows a static Pod of a node (pkg/kubelet/pod, CreateMirrorPod). */
export function mirrorPod(
  { name, image, command, requests }: Component,
  node: { readonly name: string; readonly uid: string },
  seenAt: string,
): IPod {
  const hash = createHash("md5")
    .update(`${name} ${image} ${command.join(" ")}`)
    .digest("hex");
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      namespace: "kube-system",
      name: `${name}-${node.name}`,
      labels: { component: name, tier: "control-plane" },
      annotations: {
        "kubernetes.io/config.hash": hash,
        [mirrorAnnotation]: hash,
        "kubernetes.io/config.seen": seenAt,
        "kubernetes.io/config.source": "file",
      },
      ownerReferences: [{ apiVersion: "v1", kind: "Node", name: node.name, uid: node.uid, controller: true }],
    },
    spec: {
      nodeName: node.name,
      hostNetwork: true,
      priorityClassName: "system-node-critical",
      priority: 2_000_001_000,
      containers: [
        {
          name,
          image,
          command: [...command],
          imagePullPolicy: "IfNotPresent",
          resources: { requests: { ...requests } },
        },
      ],
      tolerations: [{ effect: "NoExecute", operator: "Exists" }],
    },
  };
}
