import assert from "node:assert/strict";
import type { ICronJob } from "kubernetes-models/batch/v1/CronJob";
import { cronJobs, jobs } from "../../../src/practiceCluster/api/resources.ts";
import { isFinished } from "../../../src/practiceCluster/controllers/job/predicates.ts";
import { isActive } from "../../../src/practiceCluster/controllers/kit/podConditions.ts";
import { type ControlPlane, startControlPlane } from "./support/controlPlane.ts";

const namespace = "default";
const key = { namespace, name: "backup" };
const minute = 60_000;

type CronJobSpec = NonNullable<ICronJob["spec"]>;

function cronJob(spec: Partial<CronJobSpec> = {}): ICronJob {
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: "backup", namespace },
    spec: {
      schedule: "*/5 * * * *",
      jobTemplate: {
        metadata: { labels: { part: "backup" } },
        spec: {
          template: { spec: { restartPolicy: "Never", containers: [{ name: "main", image: "busybox" }] } },
        },
      },
      ...spec,
    },
  };
}

describe("CronJobs", () => {
  let plane: ControlPlane;

  beforeEach(() => {
    // noon on the dot
    plane = startControlPlane();
  });

  afterEach(() => plane.dispose());

  const current = () => plane.client.get(cronJobs, key);
  const ownJobs = () => plane.client.list(jobs, { namespace });
  const running = () => ownJobs().filter((job) => !isFinished(job));
  const at = (minutes: number) => `backup-${Date.UTC(2026, 0, 1, 12, minutes) / minute}`;

  async function start(spec: Partial<CronJobSpec> = {}): Promise<void> {
    plane.client.create(cronJobs, cronJob(spec));
    await plane.settle();
  }

  async function endAll(how: "succeed" | "fail"): Promise<void> {
    for (const pod of plane.kubelet.pods(namespace).filter(isActive)) {
      plane.kubelet[how](pod);
    }
    await plane.settle();
  }

  async function change(edit: (spec: CronJobSpec) => void): Promise<void> {
    const changed = structuredClone(current());
    assert.ok(changed.spec);
    edit(changed.spec);
    plane.client.update(cronJobs, changed);
    await plane.settle();
  }

  it("starts a Job at each due moment, named after it", async () => {
    await start();
    await plane.advance(5 * minute - 1);
    assert.deepEqual(ownJobs(), []);
    await plane.advance(200);
    const [job] = ownJobs();
    assert.equal(job?.metadata?.name, at(5));
    assert.equal(job?.metadata?.labels?.part, "backup");
    const stamp = "batch.kubernetes.io/cronjob-scheduled-timestamp";
    assert.equal(job?.metadata?.annotations?.[stamp], "2026-01-01T12:05:00Z");
    assert.equal(job?.metadata?.ownerReferences?.[0]?.name, "backup");
    assert.equal(current().status?.lastScheduleTime, "2026-01-01T12:05:00Z");
    assert.deepEqual(
      current().status?.active?.map(({ name }) => name),
      [at(5)],
    );
    await endAll("succeed");
    assert.equal(current().status?.active, undefined);
    assert.equal(current().status?.lastSuccessfulTime, "2026-01-01T12:05:00Z");
    assert.deepEqual(plane.eventsOf(current()), [
      `Created job ${at(5)}`,
      `Saw completed job: ${at(5)}, condition: Complete`,
    ]);
    await plane.advance(5 * minute);
    assert.deepEqual(
      running().map(({ metadata }) => metadata?.name),
      [at(10)],
    );
  });

  it("keeps three succeeded Jobs and one failed one", async () => {
    await start();
    for (let run = 1; run <= 6; run++) {
      await plane.advance(5 * minute + 200);
      await endAll(run % 3 === 0 ? "fail" : "succeed");
      if (run % 3 === 0) {
        // a failed Job tries again; its deadline ends it
        for (const job of running()) {
          const spec = { ...job.spec, template: job.spec?.template ?? {}, activeDeadlineSeconds: 1 };
          plane.client.update(jobs, { ...structuredClone(job), spec });
        }
        await plane.advance(1_000);
      }
    }
    const ends = ownJobs().map((job) => job.status?.conditions?.at(-1)?.type);
    assert.deepEqual(ends.sort(), ["Complete", "Complete", "Complete", "Failed"]);
    assert.equal(plane.eventsOf(current(), "SuccessfulDelete").length, 2);
  });

  it("with Forbid does not start beside a Job that runs, with Replace in its place, with Allow beside it", async () => {
    for (const [policy, names] of [
      ["Forbid", [at(5)]],
      ["Replace", [at(10)]],
      ["Allow", [at(10), at(5)]],
    ] as const) {
      plane.dispose();
      plane = startControlPlane();
      await start({ concurrencyPolicy: policy });
      await plane.advance(10 * minute + 200);
      assert.deepEqual(
        running()
          .map(({ metadata }) => metadata?.name)
          .sort(),
        [...names].sort(),
        policy,
      );
    }
  });

  it("starts nothing while it is suspended, and makes up for the last missed time only", async () => {
    await start({ suspend: true });
    await plane.advance(22 * minute);
    assert.deepEqual(ownJobs(), []);
    await change((spec) => {
      spec.suspend = false;
    });
    assert.deepEqual(
      ownJobs().map(({ metadata }) => metadata?.name),
      [at(20)],
    );
  });

  it("gives a missed time up after startingDeadlineSeconds", async () => {
    await start({ suspend: true, startingDeadlineSeconds: 60 });
    await plane.advance(22 * minute);
    await change((spec) => {
      spec.suspend = false;
    });
    assert.deepEqual(ownJobs(), []);
    await plane.advance(3 * minute + 200);
    assert.deepEqual(
      ownJobs().map(({ metadata }) => metadata?.name),
      [at(25)],
    );
  });

  it("counts a changed schedule from its next due moment", async () => {
    await start({ schedule: "0 0 1 1 *" });
    await plane.advance(7 * minute);
    await change((spec) => {
      spec.schedule = "*/5 * * * *";
    });
    assert.deepEqual(ownJobs(), []);
    await plane.advance(3 * minute + 200);
    assert.deepEqual(
      ownJobs().map(({ metadata }) => metadata?.name),
      [at(10)],
    );
  });

  it("reads its schedule in its time zone", async () => {
    await start({ schedule: "30 21 * * *", timeZone: "Asia/Tokyo" });
    await plane.advance(30 * minute + 200);
    const stamp = "batch.kubernetes.io/cronjob-scheduled-timestamp";
    assert.equal(ownJobs()[0]?.metadata?.annotations?.[stamp], "2026-01-01T21:30:00+09:00");
  });

  it("tells of a Job that somebody made in its name", async () => {
    await start();
    const owner = {
      apiVersion: "batch/v1",
      kind: "CronJob",
      name: "backup",
      uid: current().metadata?.uid ?? "",
    };
    const template = cronJob().spec?.jobTemplate.spec?.template ?? {};
    plane.client.create(jobs, {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: "by-hand", namespace, ownerReferences: [{ ...owner, controller: true }] },
      spec: { template },
    });
    await plane.settle();
    const [message] = plane.eventsOf(current(), "UnexpectedJob");
    assert.equal(message, "Saw a job that the controller did not create or forgot: by-hand");
  });

  it("refuses a schedule that nobody can read", () => {
    for (const [spec, message] of [
      [
        { schedule: "* * * *" },
        /spec.schedule: Invalid value: "\* \* \* \*": expected exactly 5 fields, found 4/,
      ],
      [{ schedule: "TZ=UTC * * * * *" }, /cannot use TZ or CRON_TZ in schedule, use timeZone field instead/],
      [{ timeZone: "Moon/Base" }, /spec.timeZone: Invalid value: "Moon\/Base": unknown time zone Moon\/Base/],
    ] as const) {
      assert.throws(() => plane.client.create(cronJobs, cronJob(spec)), { message });
    }
  });
});
