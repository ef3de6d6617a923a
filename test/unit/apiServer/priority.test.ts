import assert from "node:assert/strict";
import type { IPriorityClass } from "kubernetes-models/scheduling.k8s.io/v1/PriorityClass";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { ApiClient } from "../../../src/practiceCluster/api/apiClient.ts";
import { pods, priorityClasses } from "../../../src/practiceCluster/api/resources.ts";
import { createPracticeCluster, type PracticeCluster } from "../../../src/practiceCluster/cluster.ts";

describe("priority classes", () => {
  let cluster: PracticeCluster;
  let client: ApiClient;

  beforeEach(() => {
    cluster = createPracticeCluster();
    client = cluster.clientFor("learner");
  });

  afterEach(() => cluster.dispose());

  function make(name: string, value: number, rest: Partial<IPriorityClass> = {}): void {
    const metadata = { name };
    client.create(priorityClasses, {
      ...{ apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata, value },
      ...rest,
    });
  }

  function makePod(name: string, spec: Partial<NonNullable<IPod["spec"]>> = {}): IPod["spec"] {
    const containers = [{ name: "main", image: "nginx:1.22" }];
    const metadata = { name, namespace: "default" };
    const pod: IPod = { apiVersion: "v1", kind: "Pod", metadata, spec: { containers, ...spec } };
    return client.create(pods, pod).spec;
  }

  it("gives Pods the number of their class, or of the default one", () => {
    make("urgent", 900, { preemptionPolicy: "Never" });
    const urgent = makePod("a", { priorityClassName: "urgent" });
    assert.deepEqual([urgent?.priority, urgent?.preemptionPolicy], [900, "Never"]);
    assert.equal(makePod("b")?.priority, 0);
    make("usual", 7, { globalDefault: true });
    const usual = makePod("c");
    assert.deepEqual([usual?.priority, usual?.priorityClassName], [7, "usual"]);
  });

  const refused: readonly (readonly [string, () => void, string])[] = [
    [
      "a class that is not there",
      () => makePod("a", { priorityClassName: "none" }),
      'pods "a" is forbidden: no PriorityClass with name none was found',
    ],
    [
      "a number of one's own",
      () => makePod("a", { priority: 5 }),
      'pods "a" is forbidden: the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name',
    ],
    [
      "a number that is the system's",
      () => make("huge", 1_000_000_001),
      'PriorityClass.scheduling.k8s.io "huge" is invalid: value: Forbidden: maximum allowed value of a user defined priority is 1000000000',
    ],
    [
      "a name that is the system's",
      () => make("system-mine", 5),
      `PriorityClass.scheduling.k8s.io "system-mine" is invalid: metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-mine is not a known system priority class`,
    ],
  ];
  for (const [what, action, message] of refused) {
    it(`refuses ${what}`, () => assert.throws(action, { message }));
  }

  it("refuses a second default", () => {
    make("first", 1, { globalDefault: true });
    assert.throws(() => make("second", 2, { globalDefault: true }), {
      message:
        'priorityclasses.scheduling.k8s.io "second" is forbidden: PriorityClass first is already marked as default. Only one default can exist',
    });
  });
});
