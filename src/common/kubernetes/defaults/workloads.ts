import type { JsonObject } from "../objects.ts";
import { fillAbsent, fillEmpty, objectAt, objectIn, objectsIn } from "./fill.ts";
import { defaultPodTemplate } from "./podSpec.ts";
import { defaultClaim } from "./storage.ts";

/*
 * Defaults of pkg/apis/apps/v1/defaults.go. The gate MaxUnavailableStatefulSet is off in 1.36: the
 * field is dropped without a word.
 */

export function defaultStatefulSet(set: JsonObject): void {
  const spec = objectAt(set, "spec");
  fillEmpty(spec, { podManagementPolicy: "OrderedReady" });
  const strategy = objectAt(spec, "updateStrategy");
  if (!strategy.type) {
    strategy.type = "RollingUpdate";
    fillAbsent(strategy, { rollingUpdate: {} });
  }
  const rollingUpdate = objectIn(strategy, "rollingUpdate");
  if (rollingUpdate) {
    delete rollingUpdate.maxUnavailable;
  }
  if (rollingUpdate && strategy.type === "RollingUpdate") {
    fillAbsent(rollingUpdate, { partition: 0 });
  }
  const retention = objectAt(spec, "persistentVolumeClaimRetentionPolicy");
  fillEmpty(retention, { whenDeleted: "Retain", whenScaled: "Retain" });
  fillAbsent(spec, { replicas: 1, revisionHistoryLimit: 10 });
  for (const claim of objectsIn(spec, "volumeClaimTemplates")) {
    defaultClaim(claim);
    claim.apiVersion = "v1";
    claim.kind = "PersistentVolumeClaim";
  }
  defaultPodTemplate(spec);
}

export function defaultDeployment(deployment: JsonObject): void {
  const spec = objectAt(deployment, "spec");
  fillAbsent(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  const strategy = objectAt(spec, "strategy");
  fillEmpty(strategy, { type: "RollingUpdate" });
  if (strategy.type === "RollingUpdate") {
    fillAbsent(objectAt(strategy, "rollingUpdate"), { maxUnavailable: "25%", maxSurge: "25%" });
  }
  defaultPodTemplate(spec);
}

export function defaultReplicaSet(set: JsonObject): void {
  const spec = objectAt(set, "spec");
  fillAbsent(spec, { replicas: 1 });
  defaultPodTemplate(spec);
}

export function defaultDaemonSet(set: JsonObject): void {
  const spec = objectAt(set, "spec");
  const strategy = objectAt(spec, "updateStrategy");
  fillEmpty(strategy, { type: "RollingUpdate" });
  if (strategy.type === "RollingUpdate") {
    fillAbsent(objectAt(strategy, "rollingUpdate"), { maxUnavailable: 1, maxSurge: 0 });
  }
  fillAbsent(spec, { revisionHistoryLimit: 10 });
  defaultPodTemplate(spec);
}
