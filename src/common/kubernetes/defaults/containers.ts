import type { JsonObject } from "../objects.ts";
import { fillAbsent, fillEmpty, objectIn, objectsIn } from "./fill.ts";

const probeNames = ["livenessProbe", "readinessProbe", "startupProbe"];

/** Always for images without a tag or with latest, IfNotPresent otherwise (pkg/util/parsers). */
function pullPolicyOf(image: string): string {
  const afterDigest = image.split("@");
  const name = afterDigest[0] ?? "";
  const tag = /:([^:/]+)$/.exec(name)?.[1] ?? (afterDigest.length > 1 ? "digest" : "latest");
  return tag === "latest" ? "Always" : "IfNotPresent";
}

function defaultHandler(handler: JsonObject | undefined): void {
  const httpGet = objectIn(handler, "httpGet");
  if (httpGet) {
    fillEmpty(httpGet, { path: "/", scheme: "HTTP" });
  }
  const grpc = objectIn(handler, "grpc");
  if (grpc) {
    fillAbsent(grpc, { service: "" });
  }
}

function defaultProbe(probe: JsonObject | undefined): void {
  if (probe) {
    defaultHandler(probe);
    fillEmpty(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  }
}

/** Defaults of a container, init container or ephemeral container. */
export function defaultContainer(container: JsonObject): void {
  fillEmpty(container, {
    imagePullPolicy: pullPolicyOf(String(container.image ?? "")),
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
  });
  for (const port of objectsIn(container, "ports")) {
    fillEmpty(port, { protocol: "TCP" });
  }
  for (const variable of objectsIn(container, "env")) {
    const fieldRef = objectIn(objectIn(variable, "valueFrom"), "fieldRef");
    if (fieldRef) {
      fillEmpty(fieldRef, { apiVersion: "v1" });
    }
  }
  for (const name of probeNames) {
    defaultProbe(objectIn(container, name));
  }
  const lifecycle = objectIn(container, "lifecycle");
  defaultHandler(objectIn(lifecycle, "postStart"));
  defaultHandler(objectIn(lifecycle, "preStop"));
}
