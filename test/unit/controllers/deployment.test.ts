import assert from "node:assert/strict";
import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IReplicaSet } from "kubernetes-models/apps/v1/ReplicaSet";
import { deployments, pods, replicaSets } from "../../../src/practiceCluster/api/resources.ts";
import {
  isActive,
  isAvailable,
  isReady,
  isTerminating,
} from "../../../src/practiceCluster/controllers/kit/podConditions.ts";
import { podTemplateHash } from "../../../src/practiceCluster/controllers/kit/templateHash.ts";
import { Chance } from "./support/chance.ts";
import { type ControlPlane, startControlPlane } from "./support/controlPlane.ts";

const namespace = "default";
const key = { namespace, name: "front" };

function deployment(spec: Partial<IDeployment["spec"]> = {}): IDeployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "front", namespace },
    spec: {
      selector: { matchLabels: { app: "front" } },
      template: {
        metadata: { labels: { app: "front" } },
        spec: { containers: [{ name: "nginx", image: "nginx:1" }] },
      },
      ...spec,
    },
  };
}

describe("Deployments", () => {
  let plane: ControlPlane;

  beforeEach(() => {
    plane = startControlPlane();
  });

  afterEach(() => plane.dispose());

  const current = () => plane.client.get(deployments, key);
  const sets = () => plane.client.list(replicaSets, { namespace });
  const setOf = (image: string) =>
    sets().find((set) => set.spec?.template?.spec?.containers[0]?.image === image);
  const sizes = () => sets().map(({ spec }) => spec?.replicas ?? 0);
  const condition = (type: string) => current().status?.conditions?.find((each) => each.type === type);

  async function change(edit: (spec: NonNullable<IDeployment["spec"]>) => void): Promise<void> {
    const changed = structuredClone(current());
    assert.ok(changed.spec);
    edit(changed.spec);
    plane.client.update(deployments, changed);
    await plane.settle();
  }

  const setImage = (image: string) =>
    change((spec) => {
      spec.template = { ...spec.template, spec: { containers: [{ name: "nginx", image }] } };
    });

  /** Everything that can happen to Pods happens, until nothing more does. */
  async function runOut(): Promise<void> {
    for (let revision = -1; revision !== plane.store.revision; ) {
      revision = plane.store.revision;
      for (const pod of plane.kubelet.pods(namespace)) {
        if (isTerminating(pod)) {
          plane.kubelet.stop(pod);
        } else if (!isReady(pod)) {
          plane.kubelet.makeReady(pod);
        }
      }
      await plane.settle();
    }
  }

  async function start(spec: Partial<IDeployment["spec"]> = {}): Promise<void> {
    plane.client.create(deployments, deployment(spec));
    await plane.settle();
    await runOut();
  }

  it("makes a ReplicaSet named after the template's hash, and its Pods", async () => {
    await start({ replicas: 3 });
    const [set] = sets();
    const hash = set?.metadata?.labels?.["pod-template-hash"] ?? "";
    assert.match(hash, /^[bcdf-hj-np-tv-z24-9]{6,10}$/);
    assert.equal(set?.metadata?.name, `front-${hash}`);
    assert.equal(set?.spec?.selector.matchLabels?.["pod-template-hash"], hash);
    const names = plane.kubelet.pods().map(({ metadata }) => metadata?.name ?? "");
    assert.equal(names.length, 3);
    assert.ok(names.every((name) => new RegExp(`^front-${hash}-[a-z0-9]{5}$`).test(name)));
    assert.deepEqual(plane.eventsOf(current()), [`Scaled up replica set front-${hash} from 0 to 3`]);
    assert.deepEqual(
      plane.eventsOf(set, "SuccessfulCreate").sort(),
      names.map((name) => `Created pod: ${name}`).sort(),
    );
  });

  it("tells its status and conditions", async () => {
    plane.client.create(deployments, deployment({ replicas: 2 }));
    await plane.settle();
    assert.equal(condition("Available")?.reason, "MinimumReplicasUnavailable");
    assert.equal(current().status?.unavailableReplicas, 2);
    await runOut();
    const { conditions: _conditions, ...counts } = current().status ?? {};
    assert.deepEqual(counts, {
      observedGeneration: 1,
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
      terminatingReplicas: 0,
    });
    assert.equal(condition("Available")?.message, "Deployment has minimum availability.");
    const name = sets()[0]?.metadata?.name;
    assert.equal(condition("Progressing")?.message, `ReplicaSet "${name}" has successfully progressed.`);
    assert.equal(condition("Progressing")?.reason, "NewReplicaSetAvailable");
  });

  it("replaces a Pod that is deleted as soon as it is ending", async () => {
    await start({ replicas: 1 });
    const [first] = plane.kubelet.pods();
    plane.client.delete(pods, { namespace, name: first?.metadata?.name ?? "" });
    await plane.settle();
    const [gone, made] = [plane.kubelet.pods().filter(isTerminating), plane.kubelet.pods().filter(isActive)];
    assert.equal(gone.length, 1);
    assert.equal(made.length, 1);
    assert.equal(sets()[0]?.status?.terminatingReplicas, 1);
  });

  for (const [replicas, maxSurge, maxUnavailable] of [
    [1, "25%", "25%"],
    [4, "25%", "25%"],
    [10, 3, 2],
    [5, 0, 1],
    [3, 1, 0],
    [7, "100%", 0],
    [3, "1%", "1%"],
  ] as const) {
    it(`keeps within surge ${maxSurge} and unavailable ${maxUnavailable} of ${replicas} whatever order Pods take`, async () => {
      const most = replicas + share(maxSurge, replicas, Math.ceil);
      const surge = share(maxSurge, replicas, Math.ceil);
      const missing = share(maxUnavailable, replicas, Math.floor) || (surge === 0 ? 1 : 0);
      await start({ replicas, strategy: { rollingUpdate: { maxSurge, maxUnavailable } } });
      const seen = { most: 0, least: Number(replicas) };
      const watch = plane.client.watch(pods, () => {
        const active = plane.kubelet.pods().filter(isActive);
        const available = active.filter((pod) => isAvailable(pod, 0, plane.clock.now())).length;
        assert.ok(active.length <= most, `${active.length} Pods, more than ${most}`);
        assert.ok(
          available >= replicas - missing,
          `${available} available, fewer than ${replicas - missing}`,
        );
        seen.most = Math.max(seen.most, active.length);
        seen.least = Math.min(seen.least, available);
      });
      const chance = new Chance(replicas * 31 + most);
      for (const image of ["nginx:2", "nginx:3"]) {
        await setImage(image);
        await runInRandomOrder(chance);
        assert.ok(plane.kubelet.pods().every(({ spec }) => spec?.containers[0]?.image === image));
        assert.equal(plane.kubelet.pods().filter(isReady).length, replicas);
        assert.equal(condition("Progressing")?.reason, "NewReplicaSetAvailable");
      }
      assert.ok(seen.most > replicas || seen.least < replicas, "nothing was rolled");
      watch.dispose();
    });
  }

  async function runInRandomOrder(chance: Chance): Promise<void> {
    for (let step = 0; step < 500; step++) {
      const pending = plane.kubelet.pods().filter((pod) => isTerminating(pod) || !isReady(pod));
      const pod = chance.pick(pending);
      if (!pod) {
        return;
      }
      if (isTerminating(pod)) {
        plane.kubelet.stop(pod);
      } else {
        plane.kubelet.makeReady(pod);
      }
      await plane.settle();
    }
    assert.fail("the rollout does not end");
  }

  it("does not touch healthy old Pods while the new ones do not become ready", async () => {
    await start({ replicas: 4 });
    await setImage("nginx:none");
    assert.deepEqual([setOf("nginx:1")?.spec?.replicas, setOf("nginx:none")?.spec?.replicas], [3, 2]);
    await plane.advance(60_000);
    assert.deepEqual([setOf("nginx:1")?.spec?.replicas, setOf("nginx:none")?.spec?.replicas], [3, 2]);
  });

  it("says so when nothing moves for progressDeadlineSeconds, and takes it back when it does", async () => {
    await start({ replicas: 1, progressDeadlineSeconds: 30 });
    await setImage("nginx:2");
    await plane.advance(29_000);
    assert.equal(condition("Progressing")?.status, "True");
    await plane.advance(5_000);
    const name = setOf("nginx:2")?.metadata?.name;
    assert.equal(condition("Progressing")?.status, "False");
    assert.equal(condition("Progressing")?.reason, "ProgressDeadlineExceeded");
    assert.equal(condition("Progressing")?.message, `ReplicaSet "${name}" has timed out progressing.`);
    await runOut();
    assert.equal(condition("Progressing")?.reason, "NewReplicaSetAvailable");
  });

  it("waits minReadySeconds before a new Pod counts", async () => {
    await start({
      replicas: 2,
      minReadySeconds: 20,
      strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    });
    assert.equal(current().status?.availableReplicas, undefined);
    await plane.advance(20_000);
    assert.equal(current().status?.availableReplicas, 2);
    await setImage("nginx:2");
    await runOut();
    assert.deepEqual([setOf("nginx:1")?.spec?.replicas, setOf("nginx:2")?.spec?.replicas], [2, 1]);
    await plane.advance(20_000);
    assert.deepEqual([setOf("nginx:1")?.spec?.replicas, setOf("nginx:2")?.spec?.replicas], [1, 2]);
  });

  it("with Recreate has no new Pod before the last old one is gone", async () => {
    await start({ replicas: 2, strategy: { type: "Recreate" } });
    await setImage("nginx:2");
    assert.equal(setOf("nginx:2"), undefined);
    const [first, second] = plane.kubelet.pods();
    assert.ok(first && second);
    plane.kubelet.stop(first);
    await plane.settle();
    assert.equal(setOf("nginx:2"), undefined);
    plane.kubelet.stop(second);
    await plane.settle();
    assert.equal(setOf("nginx:2")?.spec?.replicas, 2);
  });

  it("numbers revisions, and gives a template that comes back the newest number", async () => {
    await start();
    await setImage("nginx:2");
    await runOut();
    await setImage("nginx:1");
    await runOut();
    const annotations = (set: IReplicaSet | undefined) => set?.metadata?.annotations ?? {};
    assert.equal(sets().length, 2);
    assert.equal(annotations(setOf("nginx:2"))["deployment.kubernetes.io/revision"], "2");
    assert.equal(annotations(setOf("nginx:1"))["deployment.kubernetes.io/revision"], "3");
    assert.equal(annotations(setOf("nginx:1"))["deployment.kubernetes.io/revision-history"], "1");
    assert.equal(current().metadata?.annotations?.["deployment.kubernetes.io/revision"], "3");
    assert.equal(current().metadata?.generation, 3);
  });

  it("keeps revisionHistoryLimit old ReplicaSets", async () => {
    await start({ revisionHistoryLimit: 1 });
    for (const image of ["nginx:2", "nginx:3", "nginx:4"]) {
      await setImage(image);
      await runOut();
    }
    assert.deepEqual([setOf("nginx:1"), setOf("nginx:2")], [undefined, undefined]);
    assert.ok(setOf("nginx:3") && setOf("nginx:4"));
  });

  it("rolls nothing out while it is paused, but scales", async () => {
    await start({ replicas: 2 });
    await change((spec) => {
      spec.paused = true;
    });
    assert.equal(condition("Progressing")?.reason, "DeploymentPaused");
    await setImage("nginx:2");
    assert.equal(sets().length, 1);
    await change((spec) => {
      spec.replicas = 4;
    });
    assert.deepEqual(sizes(), [4]);
    await change((spec) => {
      spec.paused = false;
    });
    await runOut();
    assert.equal(setOf("nginx:2")?.spec?.replicas, 4);
  });

  it("shares out what is added when it is scaled amid a rollout", async () => {
    await start({ replicas: 10, strategy: { rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } });
    await setImage("nginx:none");
    assert.deepEqual([setOf("nginx:1")?.spec?.replicas, setOf("nginx:none")?.spec?.replicas], [8, 5]);
    await change((spec) => {
      spec.replicas = 15;
    });
    // the example of the Kubernetes documentation: three of the five go to the old set, two to the new one
    assert.deepEqual([setOf("nginx:1")?.spec?.replicas, setOf("nginx:none")?.spec?.replicas], [11, 7]);
  });

  it("takes another hash when the name is somebody else's", async () => {
    const hash = podTemplateHash(
      plane.client.create(deployments, deployment(), { dryRun: true }).spec?.template,
      undefined,
    );
    const labels = { app: "front", other: "yes" };
    const template = { metadata: { labels }, spec: { containers: [{ name: "other", image: "other" }] } };
    plane.client.create(replicaSets, {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: { name: `front-${hash}`, namespace },
      spec: { replicas: 0, selector: { matchLabels: labels }, template },
    });
    await start();
    await plane.advance(1_000);
    assert.equal(current().status?.collisionCount, 1);
    const own = sets().find(({ metadata }) => metadata?.ownerReferences?.length);
    assert.equal(own?.metadata?.labels?.["pod-template-hash"], podTemplateHash(current().spec?.template, 1));
    assert.equal(own?.spec?.replicas, 1);
  });

  it("leaves its ReplicaSet and Pods when it is orphaned, and takes them up when it is made again", async () => {
    await start({ replicas: 2 });
    const before = plane.kubelet.pods().map(({ metadata }) => metadata?.uid);
    plane.client.delete(deployments, key, { propagationPolicy: "Orphan" });
    await plane.settle();
    assert.equal(plane.client.find(deployments, key), undefined);
    assert.deepEqual(sets()[0]?.metadata?.ownerReferences ?? [], []);
    await start({ replicas: 2 });
    assert.equal(sets().length, 1);
    assert.equal(sets()[0]?.metadata?.ownerReferences?.[0]?.uid, current().metadata?.uid);
    assert.deepEqual(
      plane.kubelet.pods().map(({ metadata }) => metadata?.uid),
      before,
    );
  });

  it("lets a Pod go whose label no longer fits, and makes another", async () => {
    await start({ replicas: 1 });
    const [pod] = plane.kubelet.pods();
    assert.ok(pod);
    const labels = { app: "somewhere-else" };
    plane.client.update(pods, { ...structuredClone(pod), metadata: { ...pod.metadata, labels } });
    await plane.settle();
    const [released] = plane.client.list(pods, { namespace, labelSelector: "app=somewhere-else" });
    assert.deepEqual(released?.metadata?.ownerReferences ?? [], []);
    assert.equal(plane.client.list(pods, { namespace, labelSelector: "app=front" }).length, 1);
  });

  it("gives up unready Pods first when it is scaled down", async () => {
    await start({ replicas: 3 });
    const [unready] = plane.kubelet.pods();
    assert.ok(unready);
    plane.kubelet.run(unready);
    await change((spec) => {
      spec.replicas = 2;
    });
    const ending = plane.kubelet.pods().filter(isTerminating);
    assert.deepEqual(
      ending.map(({ metadata }) => metadata?.name),
      [unready.metadata?.name],
    );
    assert.deepEqual(plane.eventsOf(sets()[0], "SuccessfulDelete"), [
      `Deleted pod: ${unready.metadata?.name}`,
    ]);
  });
});

function share(value: number | string, total: number, round: (value: number) => number): number {
  return typeof value === "number" ? value : round((Number.parseInt(value, 10) * total) / 100);
}
