import assert from "node:assert/strict";
import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import type { IPod } from "kubernetes-models/v1/Pod";
import {
  controllerRevisions,
  persistentVolumeClaims,
  pods,
  statefulSets,
} from "../../../../src/practiceCluster/api/resources.ts";
import {
  isFailed,
  isReady,
  isRunningAndAvailable,
  isSucceeded,
  isTerminating,
} from "../../../../src/practiceCluster/controllers/kit/podConditions.ts";
import { ordinalOf, revisionOf } from "../../../../src/practiceCluster/controllers/statefulSet/identity.ts";
import { Chance } from "../support/chance.ts";
import { type ControlPlane, startControlPlane } from "../support/controlPlane.ts";

const namespace = "default";
const key = { namespace, name: "web" };
type Policy = "OrderedReady" | "Parallel";

function newSet(policy: Policy, minReadySeconds: number): IStatefulSet {
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "web", namespace },
    spec: {
      replicas: 3,
      minReadySeconds,
      podManagementPolicy: policy,
      serviceName: "web",
      selector: { matchLabels: { app: "web" } },
      template: {
        metadata: { labels: { app: "web" } },
        spec: { containers: [{ name: "main", image: "nginx:1" }] },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: "data" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } },
        },
      ],
    },
  };
}

/** Rechecks, at each write of a Pod or claim, what holds for sets of a policy whatever happens to them. */
class Watchman {
  readonly #plane: ControlPlane;
  readonly #policy: Policy;
  /** The Pods as the last event left them. */
  readonly #pods = new Map<number, IPod>();
  /** Pods that the test deleted itself: those may go in any order. */
  readonly touched = new Set<string>();
  readonly problems: string[] = [];

  constructor(plane: ControlPlane, policy: Policy) {
    this.#plane = plane;
    this.#policy = policy;
    plane.client.watch(pods, ({ type, object }) => this.#podChanged(type, object));
    plane.client.watch(persistentVolumeClaims, ({ type, object }) => {
      this.#expect(type !== "DELETED", `claim ${object.metadata?.name} was deleted under Retain`);
    });
  }

  #podChanged(type: string, pod: IPod): void {
    const set = this.#plane.client.get(statefulSets, key);
    const ordinal = ordinalOf(set, pod);
    const before = this.#pods.get(ordinal);
    if (type === "DELETED") {
      this.#pods.delete(ordinal);
      return;
    }
    if (!before) {
      this.#created(set, pod);
    } else {
      const [name, uid] = [pod.metadata?.name, pod.metadata?.uid];
      this.#expect(before.metadata?.uid === uid, `two Pods ${name} at a time`);
      this.#expect(revisionOf(before) === revisionOf(pod), `${name} changed its revision while it lived`);
      if (isTerminating(pod) && !isTerminating(before) && !this.touched.has(uid ?? "")) {
        this.#deleted(set, before);
      }
    }
    this.#pods.set(ordinal, pod);
  }

  #created(set: IStatefulSet, pod: IPod): void {
    const ordinal = ordinalOf(set, pod);
    const claim = this.#plane.client.find(persistentVolumeClaims, { namespace, name: `data-web-${ordinal}` });
    this.#expect(claim !== undefined, `web-${ordinal} was made before its claim`);
    if (this.#policy === "OrderedReady") {
      for (let lower = ordinal - 1; lower >= (set.spec?.ordinals?.start ?? 0); lower--) {
        const predecessor = this.#pods.get(lower);
        this.#expect(
          predecessor !== undefined && this.#isAvailable(set, predecessor),
          `web-${ordinal} was made before web-${lower} was ready and available`,
        );
      }
    }
  }

  /** The controller deletes one at a time, from the top, and none below the partition for an update. */
  #deleted(set: IStatefulSet, pod: IPod): void {
    const ordinal = ordinalOf(set, pod);
    const hasEnded = isFailed(pod) || isSucceeded(pod);
    const isCondemned = ordinal >= (set.spec?.replicas ?? 0);
    if (hasEnded) {
      return;
    }
    if (!isCondemned) {
      const partition = set.spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
      const isOld = revisionOf(pod) !== this.#newestRevision();
      this.#expect(
        ordinal >= partition,
        `web-${ordinal} went for an update below the partition ${partition}`,
      );
      this.#expect(isOld, `web-${ordinal} went although it was of the update revision`);
      this.#expect(set.spec?.updateStrategy?.type !== "OnDelete", `web-${ordinal} went under OnDelete`);
    }
    const higher = [...this.#pods].filter(([other]) => other > ordinal).map(([, other]) => other);
    if (this.#policy === "OrderedReady") {
      const others = isCondemned ? higher : higher.filter((other) => !this.#isAvailable(set, other));
      this.#expect(others.length === 0, `web-${ordinal} went while ${others.map(nameOf)} was there`);
    }
  }

  /** Of the stored history: a status that could not be written is behind. */
  #newestRevision(): string | undefined {
    const history = [...this.#plane.client.list(controllerRevisions, { namespace })];
    return history.sort((a, b) => a.revision - b.revision).at(-1)?.metadata?.name;
  }

  #isAvailable(set: IStatefulSet, pod: IPod): boolean {
    return (
      !isTerminating(pod) &&
      isRunningAndAvailable(pod, set.spec?.minReadySeconds ?? 0, this.#plane.clock.now())
    );
  }

  #expect(holds: boolean, problem: string): void {
    if (!holds) {
      this.problems.push(problem);
    }
  }
}

function nameOf(pod: IPod): string {
  return pod.metadata?.name ?? "";
}

/** One thing that happens to the set or to one of its Pods; its name is told when an invariant breaks. */
async function happen(plane: ControlPlane, chance: Chance, watchman: Watchman): Promise<string> {
  const pod = chance.pick(plane.kubelet.pods(namespace));
  const change = async (what: string, edit: (spec: NonNullable<IStatefulSet["spec"]>) => void) => {
    const set = structuredClone(plane.client.get(statefulSets, key));
    assert.ok(set.spec);
    edit(set.spec);
    plane.client.update(statefulSets, set);
    return what;
  };
  const kind = chance.below(12);
  if (kind === 0) {
    const replicas = chance.below(6);
    return change(`replicas ${replicas}`, (spec) => {
      spec.replicas = replicas;
    });
  }
  if (kind === 1) {
    const image = `nginx:${chance.below(4)}`;
    return change(image, (spec) => {
      spec.template = { ...spec.template, spec: { containers: [{ name: "main", image }] } };
    });
  }
  if (kind === 2) {
    const partition = chance.below(5);
    return change(`partition ${partition}`, (spec) => {
      spec.updateStrategy = { type: "RollingUpdate", rollingUpdate: { partition } };
    });
  }
  if (kind === 3) {
    return change("OnDelete", (spec) => {
      spec.updateStrategy = { type: "OnDelete" };
    });
  }
  if (kind === 4) {
    await plane.advance(1_000 * chance.below(8));
    return "time";
  }
  return pod ? befall(plane, chance, watchman, pod) : "nothing";
}

/** Something that a node or a person does to one Pod. */
function befall(plane: ControlPlane, chance: Chance, watchman: Watchman, pod: IPod): string {
  const name = nameOf(pod);
  if (isTerminating(pod)) {
    plane.kubelet.stop(pod);
    return `${name} stops`;
  }
  if (isFailed(pod) || isSucceeded(pod)) {
    return "nothing";
  }
  switch (chance.below(8)) {
    case 0:
      watchman.touched.add(pod.metadata?.uid ?? "");
      plane.client.delete(pods, { namespace, name });
      return `${name} deleted`;
    case 1:
      plane.kubelet.fail(pod);
      return `${name} fails`;
    case 2:
      plane.kubelet.run(pod);
      return `${name} not ready`;
    default:
      plane.kubelet.makeReady(pod);
      return `${name} ready`;
  }
}

/** Lets the node do its work until nothing is left to do. */
async function finish(plane: ControlPlane): Promise<void> {
  for (let round = 0; round < 60; round++) {
    for (const pod of plane.kubelet.pods(namespace)) {
      if (isTerminating(pod)) {
        plane.kubelet.stop(pod);
      } else if (!isReady(pod) && !isFailed(pod)) {
        plane.kubelet.makeReady(pod);
      }
    }
    await plane.advance(6_000);
  }
}

function assertConverged(plane: ControlPlane): void {
  const set = plane.client.get(statefulSets, key);
  const replicas = set.spec?.replicas ?? 0;
  const own = plane.kubelet.pods(namespace);
  assert.deepEqual(
    own.map(nameOf).sort(),
    Array.from({ length: replicas }, (_, ordinal) => `web-${ordinal}`),
  );
  const { type, rollingUpdate } = set.spec?.updateStrategy ?? {};
  for (const pod of own.filter((each) => ordinalOf(set, each) >= (rollingUpdate?.partition ?? 0))) {
    if (type === "RollingUpdate") {
      assert.equal(revisionOf(pod), set.status?.updateRevision, `${nameOf(pod)} is not updated`);
    }
  }
  assert.equal(set.status?.replicas, replicas);
  assert.equal(set.status?.readyReplicas ?? 0, replicas);
  assert.equal(set.status?.availableReplicas, replicas);
  assert.equal(set.status?.observedGeneration, set.metadata?.generation);
}

describe("StatefulSets in any sequence of events", () => {
  const seed = Number(process.env["DOJO_SEED"] ?? 20_261);

  for (const policy of ["OrderedReady", "Parallel"] as const) {
    for (const minReadySeconds of [0, 5]) {
      it(`${policy} with minReadySeconds ${minReadySeconds}: no rule breaks, and all ends well (seed ${seed})`, async () => {
        for (let run = 0; run < 4; run++) {
          const chance = new Chance(seed + run);
          const plane = startControlPlane();
          try {
            const watchman = new Watchman(plane, policy);
            plane.client.create(statefulSets, newSet(policy, minReadySeconds));
            const story: string[] = [];
            for (let step = 0; step < 80; step++) {
              await plane.settle();
              assert.deepEqual(watchman.problems, [], `seed ${seed + run}: ${story.join(", ")}`);
              story.push(await happen(plane, chance, watchman));
            }
            await finish(plane);
            assert.deepEqual(watchman.problems, [], `seed ${seed + run}: ${story.join(", ")}`);
            assertConverged(plane);
          } finally {
            plane.dispose();
          }
        }
      }).timeout(120_000);
    }
  }
});
