import type { JsonObject } from "../objects.ts";
import { fillAbsent, fillEmpty, objectIn, objectsIn } from "./fill.ts";
import { defaultClaimSpec } from "./storage.ts";

const fileMode = 0o644;

function defaultFieldRefs(items: readonly JsonObject[]): void {
  for (const item of items) {
    const fieldRef = objectIn(item, "fieldRef");
    if (fieldRef) {
      fillEmpty(fieldRef, { apiVersion: "v1" });
    }
  }
}

function defaultProjected(projected: JsonObject): void {
  fillAbsent(projected, { defaultMode: fileMode });
  for (const source of objectsIn(projected, "sources")) {
    const token = objectIn(source, "serviceAccountToken");
    if (token) {
      fillAbsent(token, { expirationSeconds: 3600 });
    }
    defaultFieldRefs(objectsIn(objectIn(source, "downwardAPI"), "items"));
  }
}

/** Defaults of a Pod's volume; one without any source is an emptyDir. */
export function defaultVolume(volume: JsonObject): void {
  if (Object.keys(volume).every((key) => key === "name")) {
    volume.emptyDir = {};
  }
  for (const kind of ["secret", "configMap", "downwardAPI"]) {
    const source = objectIn(volume, kind);
    if (source) {
      fillAbsent(source, { defaultMode: fileMode });
    }
  }
  defaultFieldRefs(objectsIn(objectIn(volume, "downwardAPI"), "items"));
  const projected = objectIn(volume, "projected");
  if (projected) {
    defaultProjected(projected);
  }
  const hostPath = objectIn(volume, "hostPath");
  if (hostPath) {
    fillAbsent(hostPath, { type: "" });
  }
  const claim = objectIn(objectIn(objectIn(volume, "ephemeral"), "volumeClaimTemplate"), "spec");
  if (claim) {
    defaultClaimSpec(claim);
  }
}
