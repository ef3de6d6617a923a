import { stringify } from "yaml";

/** kind's configuration: one control plane and so many workers; the API server listens on 127.0.0.1 only. */
export function kindConfiguration(workers: number): string {
  return stringify({
    kind: "Cluster",
    apiVersion: "kind.x-k8s.io/v1alpha4",
    networking: { apiServerAddress: "127.0.0.1" },
    nodes: [{ role: "control-plane" }, ...Array.from({ length: workers }, () => ({ role: "worker" }))],
  });
}
