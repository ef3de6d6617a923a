import type { JsonObject } from "../objects.ts";
import { fillAbsent, fillEmpty, objectAt, objectIn } from "./fill.ts";

export function defaultClaimSpec(spec: JsonObject): void {
  fillAbsent(spec, { volumeMode: "Filesystem" });
}

export function defaultClaim(claim: JsonObject): void {
  defaultClaimSpec(objectAt(claim, "spec"));
  fillEmpty(objectAt(claim, "status"), { phase: "Pending" });
}

export function defaultVolumeObject(volume: JsonObject): void {
  const spec = objectAt(volume, "spec");
  fillEmpty(spec, { persistentVolumeReclaimPolicy: "Retain" });
  fillAbsent(spec, { volumeMode: "Filesystem" });
  const hostPath = objectIn(spec, "hostPath");
  if (hostPath) {
    fillAbsent(hostPath, { type: "" });
  }
  fillEmpty(objectAt(volume, "status"), { phase: "Pending" });
}

export function defaultStorageClass(storageClass: JsonObject): void {
  fillAbsent(storageClass, { reclaimPolicy: "Delete", volumeBindingMode: "Immediate" });
}
