import assert from "node:assert/strict";
import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { IPod } from "kubernetes-models/v1/Pod";
import { jobs, pods } from "../../../src/practiceCluster/api/resources.ts";
import { indexesText, parseIndexes } from "../../../src/practiceCluster/controllers/job/indexes.ts";
import { isActive, isTerminating } from "../../../src/practiceCluster/controllers/kit/podConditions.ts";
import { Chance } from "./support/chance.ts";
import { type ControlPlane, startControlPlane } from "./support/controlPlane.ts";

const namespace = "default";
const key = { namespace, name: "dump" };

type JobSpec = NonNullable<IJob["spec"]>;

function job(spec: Partial<JobSpec> = {}, restartPolicy: "Never" | "OnFailure" = "Never"): IJob {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "dump", namespace },
    spec: {
      template: { spec: { restartPolicy, containers: [{ name: "main", image: "busybox" }] } },
      ...spec,
    },
  };
}

describe("Jobs", () => {
  let plane: ControlPlane;

  beforeEach(() => {
    plane = startControlPlane();
  });

  afterEach(() => plane.dispose());

  const current = () => plane.client.get(jobs, key);
  const status = () => current().status ?? {};
  const active = () => plane.kubelet.pods(namespace).filter(isActive);
  const conditionTypes = () =>
    (status().conditions ?? []).filter((each) => each.status === "True").map(({ type }) => type);
  const endReason = () => status().conditions?.find(({ type }) => type === "Failed")?.reason;
  const indexOf = ({ metadata }: IPod) =>
    Number(metadata?.annotations?.["batch.kubernetes.io/job-completion-index"]);

  async function start(spec: Partial<JobSpec> = {}, restartPolicy: "Never" | "OnFailure" = "Never") {
    plane.client.create(jobs, job(spec, restartPolicy));
    await plane.settle();
  }

  async function fail(pod: IPod | undefined, exitCode = 1): Promise<void> {
    assert.ok(pod);
    plane.kubelet.fail(pod, exitCode);
    await plane.settle();
  }

  async function succeed(pod: IPod | undefined): Promise<void> {
    assert.ok(pod);
    plane.kubelet.succeed(pod);
    await plane.settle();
  }

  async function stopTerminating(): Promise<void> {
    for (const pod of plane.kubelet.pods(namespace).filter(isTerminating)) {
      plane.kubelet.stop(pod);
    }
    await plane.settle();
  }

  async function change(edit: (spec: JobSpec) => void): Promise<void> {
    const changed = structuredClone(current());
    assert.ok(changed.spec);
    edit(changed.spec);
    plane.client.update(jobs, changed);
    await plane.settle();
  }

  it("runs one Pod, counts it, lets it go and is complete", async () => {
    await start();
    const [pod] = active();
    const uid = current().metadata?.uid;
    assert.match(pod?.metadata?.name ?? "", /^dump-[a-z0-9]{5}$/);
    assert.equal(pod?.metadata?.labels?.["batch.kubernetes.io/controller-uid"], uid);
    assert.equal(pod?.metadata?.labels?.["job-name"], "dump");
    assert.deepEqual(pod?.metadata?.finalizers, ["batch.kubernetes.io/job-tracking"]);
    assert.deepEqual(current().spec?.selector?.matchLabels, { "batch.kubernetes.io/controller-uid": uid });
    assert.equal(status().active, 1);
    await plane.advance(3_000);
    await succeed(pod);
    const { conditions: _conditions, startTime, completionTime, ...counts } = status();
    assert.deepEqual(counts, { ready: 0, succeeded: 1, terminating: 0, uncountedTerminatedPods: {} });
    assert.equal(Date.parse(completionTime ?? "") - Date.parse(startTime ?? ""), 3_000);
    assert.deepEqual(conditionTypes(), ["SuccessCriteriaMet", "Complete"]);
    assert.deepEqual(plane.kubelet.pods()[0]?.metadata?.finalizers ?? [], []);
    assert.deepEqual(plane.eventsOf(current()), [`Created pod: ${pod?.metadata?.name}`, "Job completed"]);
  });

  it("runs no more than parallelism at once, and as many as completions in all", async () => {
    await start({ completions: 5, parallelism: 2 });
    const watch = plane.client.watch(pods, () => {
      const { succeeded = 0 } = status();
      assert.ok(active().length <= Math.min(2, 5 - succeeded), `${active().length} after ${succeeded}`);
    });
    for (let done = 0; done < 5; done++) {
      assert.equal(conditionTypes().length, 0);
      await succeed(active()[0]);
    }
    assert.equal(status().succeeded, 5);
    assert.equal(plane.kubelet.pods().length, 5);
    assert.deepEqual(conditionTypes(), ["SuccessCriteriaMet", "Complete"]);
    watch.dispose();
  });

  it("waits longer after each failure, and has failed after backoffLimit of them", async () => {
    await start({ backoffLimit: 2 });
    for (const wait of [10_000, 20_000]) {
      await fail(active()[0]);
      assert.equal(active().length, 0);
      await plane.advance(wait - 1_000);
      assert.equal(active().length, 0, `a Pod before ${wait} ms`);
      await plane.advance(1_000);
      assert.equal(active().length, 1, `no Pod after ${wait} ms`);
    }
    await fail(active()[0]);
    assert.deepEqual(conditionTypes(), ["FailureTarget", "Failed"]);
    assert.equal(endReason(), "BackoffLimitExceeded");
    assert.equal(status().failed, 3);
    assert.equal(status().completionTime, undefined);
    assert.ok(plane.eventsOf(current()).includes("Job has reached the specified backoff limit"));
    await plane.advance(3_600_000);
    assert.equal(plane.kubelet.pods().length, 3);
  });

  it("stops its Pods when activeDeadlineSeconds have passed, and has failed when they are gone", async () => {
    await start({ activeDeadlineSeconds: 30 });
    const [pod] = active();
    assert.ok(pod);
    plane.kubelet.makeReady(pod);
    await plane.advance(29_000);
    assert.deepEqual(conditionTypes(), []);
    await plane.advance(1_000);
    assert.deepEqual(conditionTypes(), ["FailureTarget"]);
    assert.equal(status().terminating, 1);
    await stopTerminating();
    assert.deepEqual(conditionTypes(), ["FailureTarget", "Failed"]);
    assert.equal(endReason(), "DeadlineExceeded");
    assert.equal(status().failed, 1);
  });

  it("suspends and resumes", async () => {
    await start({ suspend: true });
    assert.equal(active().length, 0);
    assert.equal(status().startTime, undefined);
    assert.deepEqual(conditionTypes(), ["Suspended"]);
    await plane.advance(60_000);
    await change((spec) => {
      spec.suspend = false;
    });
    assert.equal(active().length, 1);
    assert.equal(Date.parse(status().startTime ?? ""), plane.clock.now());
    await change((spec) => {
      spec.suspend = true;
    });
    assert.equal(active().length, 0);
    assert.equal(status().failed, undefined);
    assert.deepEqual(plane.eventsOf(current(), "Suspended"), ["Job suspended"]);
    assert.deepEqual(plane.eventsOf(current(), "Resumed"), ["Job resumed"]);
  });

  it("gives each Pod of an Indexed Job an index, and a failed one's index again", async () => {
    await start({ completions: 3, parallelism: 3, completionMode: "Indexed" });
    assert.deepEqual(active().map(indexOf).sort(), [0, 1, 2]);
    const second = active().find((pod) => indexOf(pod) === 1);
    assert.equal(second?.spec?.hostname, "dump-1");
    assert.match(second?.metadata?.name ?? "", /^dump-1-[a-z0-9]{5}$/);
    assert.equal(second?.spec?.containers[0]?.env?.[0]?.name, "JOB_COMPLETION_INDEX");
    await fail(second);
    await succeed(active().find((pod) => indexOf(pod) === 0));
    await succeed(active().find((pod) => indexOf(pod) === 2));
    assert.equal(status().completedIndexes, "0,2");
    await plane.advance(10_000);
    assert.deepEqual(active().map(indexOf), [1]);
    await succeed(active()[0]);
    assert.equal(status().completedIndexes, "0-2");
    assert.deepEqual(conditionTypes(), ["SuccessCriteriaMet", "Complete"]);
  });

  it("counts each index's failures on their own with backoffLimitPerIndex", async () => {
    await start({ completions: 2, parallelism: 2, completionMode: "Indexed", backoffLimitPerIndex: 1 });
    await succeed(active().find((pod) => indexOf(pod) === 1));
    await fail(active()[0]);
    await plane.advance(10_000);
    const [again] = active();
    assert.equal(again?.metadata?.annotations?.["batch.kubernetes.io/job-index-failure-count"], "1");
    await fail(again);
    assert.equal(status().failedIndexes, "0");
    assert.equal(endReason(), "FailedIndexes");
  });

  it("fails at once, or does not count a failure, as its podFailurePolicy says", async () => {
    await start({
      backoffLimit: 0,
      podFailurePolicy: {
        rules: [
          { action: "FailJob", onExitCodes: { operator: "In", values: [42] } },
          { action: "Ignore", onExitCodes: { operator: "In", values: [7] } },
        ],
      },
    });
    await fail(active()[0], 7);
    await plane.advance(10_000);
    assert.equal(status().failed, undefined);
    const [pod] = active();
    await fail(pod, 42);
    assert.equal(endReason(), "PodFailurePolicy");
    assert.equal(
      status().conditions?.at(-1)?.message,
      `Container main for pod default/${pod?.metadata?.name} failed with exit code 42 matching FailJob rule at index 0`,
    );
  });

  it("is complete as soon as its successPolicy is met", async () => {
    await start({
      completions: 3,
      parallelism: 3,
      completionMode: "Indexed",
      successPolicy: { rules: [{ succeededIndexes: "0" }] },
    });
    await succeed(active().find((pod) => indexOf(pod) === 0));
    await stopTerminating();
    assert.deepEqual(conditionTypes(), ["SuccessCriteriaMet", "Complete"]);
    assert.equal(status().conditions?.at(-1)?.reason, "SuccessPolicy");
  });

  it("goes with its Pods after ttlSecondsAfterFinished", async () => {
    await start({ ttlSecondsAfterFinished: 100 });
    await succeed(active()[0]);
    await plane.advance(99_000);
    assert.ok(plane.client.find(jobs, key));
    await plane.advance(1_000);
    assert.equal(plane.client.find(jobs, key), undefined);
    assert.deepEqual(plane.kubelet.pods(), []);
  });

  it("leaves no finalizer behind when it is deleted", async () => {
    await start({ parallelism: 2, completions: 2 });
    plane.client.delete(jobs, key, { propagationPolicy: "Background" });
    await plane.settle();
    await stopTerminating();
    assert.deepEqual(plane.kubelet.pods(), []);
  });

  it("keeps its Pods when it is deleted without saying how", async () => {
    await start();
    plane.client.delete(jobs, key);
    await plane.settle();
    assert.equal(plane.client.find(jobs, key), undefined);
    assert.deepEqual(plane.kubelet.pods()[0]?.metadata?.ownerReferences ?? [], []);
    assert.deepEqual(plane.kubelet.pods()[0]?.metadata?.finalizers ?? [], []);
  });

  it("counts every Pod once, whatever happens to Pods", async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const chance = new Chance(seed);
      plane.dispose();
      plane = startControlPlane();
      await start({ completions: 6, parallelism: 3, backoffLimit: 100 });
      const ends = { succeeded: 0, failed: 0 };
      for (let step = 0; step < 200 && conditionTypes().length === 0; step++) {
        const pod = chance.pick(active());
        if (!pod) {
          await plane.advance(600_000);
        } else if (chance.below(3) === 0) {
          ends.failed += 1;
          await fail(pod);
        } else {
          ends.succeeded += 1;
          await succeed(pod);
        }
        assert.equal(status().succeeded ?? 0, ends.succeeded);
        assert.equal(status().failed ?? 0, ends.failed);
        assert.ok(active().length <= Math.min(3, 6 - ends.succeeded));
        assert.equal(status().active ?? 0, active().length);
      }
      assert.equal(ends.succeeded, 6, `seed ${seed}`);
    }
  });

  it("writes indexes short and reads them back", () => {
    assert.equal(indexesText([5, 0, 1, 3, 4]), "0,1,3-5");
    assert.deepEqual([...parseIndexes("0,1,3-5,x,9", 5)], [0, 1, 3, 4]);
  });
});
