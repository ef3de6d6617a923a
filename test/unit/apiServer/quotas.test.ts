import assert from "node:assert/strict";
import type { JsonObject, KubernetesObject } from "../../../src/common/kubernetes/objects.ts";
import type { ApiClient } from "../../../src/practiceCluster/api/apiClient.ts";
import {
  limitRanges,
  persistentVolumeClaims,
  pods,
  resourceQuotas,
} from "../../../src/practiceCluster/api/resources.ts";
import { createPracticeCluster, type PracticeCluster } from "../../../src/practiceCluster/cluster.ts";

const namespace = "default";

function pod(name: string, resources: JsonObject = {}): KubernetesObject {
  const spec = { nodeName: "nowhere", containers: [{ name: "main", image: "nginx:1.22", resources }] };
  return { apiVersion: "v1", kind: "Pod", metadata: { name, namespace }, spec } as KubernetesObject;
}

function claim(name: string, storage: string): KubernetesObject {
  const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } };
  const metadata = { name, namespace };
  return { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata, spec } as KubernetesObject;
}

describe("quotas and limits of a namespace", () => {
  let cluster: PracticeCluster;
  let client: ApiClient;

  beforeEach(() => {
    cluster = createPracticeCluster();
    client = cluster.clientFor("learner");
  });

  afterEach(() => cluster.dispose());

  function quota(name: string, hard: Record<string, string>): void {
    const metadata = { name, namespace };
    client.create(resourceQuotas, { apiVersion: "v1", kind: "ResourceQuota", metadata, spec: { hard } });
  }

  function limit(item: JsonObject & { type: string }): void {
    const metadata = { name: "limits", namespace };
    client.create(limitRanges, { apiVersion: "v1", kind: "LimitRange", metadata, spec: { limits: [item] } });
  }

  it("refuses the Pod that is one too many, and takes it when another has gone", () => {
    quota("few", { pods: "1" });
    client.create(pods, pod("first") as never);
    assert.throws(() => client.create(pods, pod("second") as never), {
      message:
        'pods "second" is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1',
    });
    client.delete(pods, { namespace, name: "first" }, { gracePeriodSeconds: 0 });
    client.create(pods, pod("second") as never);
  });

  it("wants every container to state what is limited", () => {
    quota("compute", { "requests.cpu": "1", "limits.memory": "1Gi" });
    assert.throws(() => client.create(pods, pod("silent") as never), {
      message:
        'pods "silent" is forbidden: failed quota: compute: must specify limits.memory for: main; requests.cpu for: main',
    });
    const stated = { requests: { cpu: "800m" }, limits: { memory: "100Mi" } };
    client.create(pods, pod("stated", stated) as never);
    assert.throws(() => client.create(pods, pod("more", stated) as never), {
      message:
        'pods "more" is forbidden: exceeded quota: compute, requested: requests.cpu=800m, used: requests.cpu=800m, limited: requests.cpu=1',
    });
  });

  it("counts storage by class, and keeps the quota's status", async () => {
    quota("disks", {
      "requests.storage": "3Gi",
      "standard.storageclass.storage.k8s.io/persistentvolumeclaims": "2",
      "count/persistentvolumeclaims": "5",
    });
    client.create(persistentVolumeClaims, claim("a", "1Gi") as never);
    client.create(persistentVolumeClaims, claim("b", "1Gi") as never);
    assert.throws(() => client.create(persistentVolumeClaims, claim("c", "1Gi") as never), {
      message:
        /requested: standard\.storageclass\.storage\.k8s\.io\/persistentvolumeclaims=1, used: .*=2, limited: .*=2$/,
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(client.get(resourceQuotas, { namespace, name: "disks" }).status?.used, {
      "requests.storage": "2Gi",
      "standard.storageclass.storage.k8s.io/persistentvolumeclaims": "2",
      "count/persistentvolumeclaims": "2",
    });
  });

  it("fills in what a LimitRange says, and notes it", () => {
    limit({ type: "Container", default: { memory: "64Mi" }, defaultRequest: { memory: "32Mi", cpu: "50m" } });
    const made = client.create(pods, pod("modest", { requests: { cpu: "10m" } }) as never);
    assert.deepEqual(made.spec?.containers[0]?.resources, {
      limits: { memory: "64Mi" },
      requests: { cpu: "10m", memory: "32Mi" },
    });
    assert.equal(
      made.metadata?.annotations?.["kubernetes.io/limit-ranger"],
      "LimitRanger plugin set: memory request for container main; memory limit for container main",
    );
  });

  it("refuses what is beyond a LimitRange with every reason", () => {
    limit({ type: "Container", min: { cpu: "100m" }, max: { memory: "1Gi" } });
    const resources = { requests: { cpu: "50m" }, limits: { memory: "2Gi" } };
    assert.throws(() => client.create(pods, pod("greedy", resources) as never), {
      message:
        'pods "greedy" is forbidden: [minimum cpu usage per Container is 100m, but request is 50m, maximum memory usage per Container is 1Gi, but limit is 2Gi]',
    });
  });

  it("limits the size of claims", () => {
    limit({ type: "PersistentVolumeClaim", max: { storage: "1Gi" } });
    assert.throws(() => client.create(persistentVolumeClaims, claim("big", "5Gi") as never), {
      message:
        'persistentvolumeclaims "big" is forbidden: maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 5Gi',
    });
  });
});
