import assert from "node:assert/strict";
import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import {
  persistentVolumeClaims,
  resourceQuotas,
  statefulSets,
} from "../../../src/practiceCluster/api/resources.ts";
import { type ControlPlane, startControlPlane } from "./support/controlPlane.ts";

const namespace = "default";

function ledger(): IStatefulSet {
  const claim = (name: string) => ({
    metadata: { name },
    spec: { accessModes: ["ReadWriteOnce" as const], resources: { requests: { storage: "1Gi" } } },
  });
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "ledger", namespace },
    spec: {
      serviceName: "ledger",
      selector: { matchLabels: { app: "ledger" } },
      template: {
        metadata: { labels: { app: "ledger" } },
        spec: { containers: [{ name: "main", image: "nginx:1.22" }] },
      },
      volumeClaimTemplates: [claim("data"), claim("log")],
    },
  };
}

describe("a StatefulSet whose claims are refused", () => {
  let plane: ControlPlane;

  beforeEach(() => {
    plane = startControlPlane();
  });

  afterEach(() => plane.dispose());

  it("tells of the claim and of the Pod, and goes on when there is room", async () => {
    const metadata = { name: "disks", namespace };
    plane.client.create(resourceQuotas, {
      ...{ apiVersion: "v1", kind: "ResourceQuota", metadata },
      spec: { hard: { persistentvolumeclaims: "1" } },
    });
    const set = plane.client.create(statefulSets, ledger());
    await plane.settle();
    const refusal =
      'persistentvolumeclaims "log-ledger-0" is forbidden: exceeded quota: disks, requested: persistentvolumeclaims=1, used: persistentvolumeclaims=1, limited: persistentvolumeclaims=1';
    const told = new Set(plane.eventsOf(set, "FailedCreate"));
    assert.deepEqual(
      told,
      new Set([
        `Create Claim log-ledger-0 for Pod ledger-0 in StatefulSet ledger failed error: ${refusal}`,
        `Create Pod ledger-0 in StatefulSet ledger failed error: failed to create PVC log-ledger-0: ${refusal}`,
      ]),
    );
    plane.client.delete(resourceQuotas, { namespace, name: "disks" });
    await plane.advance(60_000);
    const claims = plane.client.list(persistentVolumeClaims, { namespace });
    assert.deepEqual(
      claims.map((each) => each.metadata?.name),
      ["data-ledger-0", "log-ledger-0"],
    );
  });
});
