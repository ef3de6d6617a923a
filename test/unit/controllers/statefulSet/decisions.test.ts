import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { IControllerRevision } from "kubernetes-models/apps/v1/ControllerRevision";
import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import type { IPod } from "kubernetes-models/v1/Pod";
import { parse } from "yaml";
import { timeText } from "../../../../src/practiceCluster/controllers/kit/times.ts";
import { decide } from "../../../../src/practiceCluster/controllers/statefulSet/decide.ts";
import {
  newPod,
  ordinalOf,
  revisionOf,
} from "../../../../src/practiceCluster/controllers/statefulSet/identity.ts";
import type {
  Action,
  SetSpec,
  SetStatus,
} from "../../../../src/practiceCluster/controllers/statefulSet/types.ts";

interface Case {
  readonly name: string;
  readonly spec?: Partial<SetSpec>;
  readonly status?: SetStatus;
  readonly deleting?: boolean;
  readonly pods: readonly string[];
  readonly claimTemplates?: readonly string[];
  readonly claims?: readonly string[];
  readonly actions: readonly string[];
  readonly after?: Readonly<Record<string, number | string>>;
  readonly recheckInMs?: number;
}

const now = Date.UTC(2026, 0, 1, 12);
const template = {
  metadata: { labels: { app: "web" } },
  spec: { containers: [{ name: "main", image: "nginx:1.22" }] },
};

function setOf({ spec, status, deleting, claimTemplates = [] }: Case): IStatefulSet {
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: {
      ...{ name: "web", namespace: "lab", uid: "set-uid", generation: 4 },
      ...(deleting ? { deletionTimestamp: timeText(now) } : {}),
    },
    spec: {
      replicas: 3,
      podManagementPolicy: "OrderedReady",
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
      serviceName: "web",
      selector: { matchLabels: { app: "web" } },
      template,
      volumeClaimTemplates: claimTemplates.map((name) => ({ metadata: { name } })),
      ...spec,
    },
    ...(status ? { status } : {}),
  };
}

function revision(name: string): IControllerRevision {
  return {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: { name: `web-${name}` },
    data: { spec: { template } },
    revision: 1,
  };
}

const phases: Readonly<Record<string, NonNullable<IPod["status"]>["phase"]>> = {
  pending: "Pending",
  running: "Running",
  failed: "Failed",
  succeeded: "Succeeded",
};

/** A Pod from "ORDINAL REVISION STATE [terminating]". */
function podOf(set: IStatefulSet, text: string): IPod {
  const [ordinal, revisionName, state = "", terminating] = text.split(" ");
  const pod = newPod(set, Number(ordinal), `web-${revisionName}`);
  const readyFor = /^ready(?:-for-(\d+))?$/.exec(state);
  const since = timeText(now - Number(readyFor?.[1] ?? 3600) * 1000);
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      uid: `pod-${ordinal}`,
      ...(terminating ? { deletionTimestamp: timeText(now) } : {}),
    },
    status: readyFor
      ? { phase: "Running", conditions: [{ type: "Ready", status: "True", lastTransitionTime: since }] }
      : { phase: phases[state] ?? assert.fail(`no such state: ${state}`) },
  };
}

/** A claim from "NAME [OWNER]": the set, or an earlier Pod of the name. */
function claimOf(text: string): IPersistentVolumeClaim {
  const [name = "", owner] = text.split(" ");
  const owners = {
    set: { apiVersion: "apps/v1", kind: "StatefulSet", name: "web", uid: "set-uid", controller: true },
    "other-pod": {
      apiVersion: "v1",
      kind: "Pod",
      name: name.replace("data-", ""),
      uid: "earlier",
      controller: true,
    },
  };
  const reference = owner === "set" || owner === "other-pod" ? [owners[owner]] : [];
  return { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name, ownerReferences: reference } };
}

function textOf(set: IStatefulSet, action: Action): string {
  const ordinal = ordinalOf(set, action.pod);
  switch (action.kind) {
    case "createPod":
      return `create ${ordinal} ${revisionOf(action.pod).replace("web-", "")}`;
    case "deletePod":
      return `delete ${ordinal} ${action.because}`;
    case "createMissingClaims":
      return `missing-claims ${ordinal}`;
    case "updatePod":
      return `repair ${ordinal}`;
    case "matchClaimOwners":
      return `owners ${ordinal}`;
  }
}

describe("what a StatefulSet's controller decides", () => {
  const cases = parse(readFileSync(new URL("decisions.yaml", import.meta.url), "utf8")) as Case[];

  for (const each of cases) {
    it(each.name, () => {
      const set = setOf(each);
      const claims = new Map((each.claims ?? []).map(claimOf).map((claim) => [claim.metadata?.name, claim]));
      const decision = decide({
        set,
        pods: each.pods.map((text) => podOf(set, text)),
        currentRevision: revision("old"),
        updateRevision: revision("new"),
        collisionCount: 0,
        findClaim: (name) => claims.get(name),
        now,
      });
      assert.deepEqual(
        decision.actions.map((action) => textOf(set, action)),
        each.actions,
      );
      assert.equal(decision.recheckInMs, each.recheckInMs);
      const status = decision.status as unknown as Record<string, number | string | undefined>;
      for (const [field, value] of Object.entries(each.after ?? {})) {
        assert.equal(String(status[field]), String(value), field);
      }
    });
  }
});
