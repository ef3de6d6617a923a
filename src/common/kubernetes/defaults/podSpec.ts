import type { Json, JsonObject } from "../objects.ts";
import { defaultContainer } from "./containers.ts";
import { fillAbsent, fillEmpty, objectAt, objectIn, objectsIn } from "./fill.ts";
import { defaultVolume } from "./volumes.ts";

const containerLists = ["initContainers", "containers", "ephemeralContainers"];

/** Defaults of a PodSpec wherever it stands (pkg/apis/core/v1/defaults.go). */
export function defaultPodSpec(spec: JsonObject): void {
  fillEmpty(spec, {
    dnsPolicy: "ClusterFirst",
    restartPolicy: "Always",
    schedulerName: "default-scheduler",
  });
  fillAbsent(spec, { securityContext: {}, terminationGracePeriodSeconds: 30 });
  for (const list of containerLists) {
    objectsIn(spec, list).forEach(defaultContainer);
  }
  objectsIn(spec, "volumes").forEach(defaultVolume);
  defaultServiceAccount(spec);
}

/** The deprecated field of the same meaning always repeats the name. */
function defaultServiceAccount(spec: JsonObject): void {
  const name = spec.serviceAccountName || spec.serviceAccount;
  if (name) {
    spec.serviceAccountName = name;
    spec.serviceAccount = name;
  }
}

/** Defaults of the template in a workload's `spec`. */
export function defaultPodTemplate(spec: JsonObject): void {
  defaultPodSpec(objectAt(objectAt(spec, "template"), "spec"));
}

/** Defaults that only Pods themselves have. */
export function defaultPod(pod: JsonObject): void {
  const spec = objectAt(pod, "spec");
  defaultPodSpec(spec);
  fillAbsent(spec, { enableServiceLinks: true });
  for (const list of ["containers", "initContainers"]) {
    for (const container of objectsIn(spec, list)) {
      defaultRequests(container);
      if (spec.hostNetwork === true) {
        defaultHostPorts(container);
      }
    }
  }
}

/** Requests default to limits. */
function defaultRequests(container: JsonObject): void {
  const limits = objectIn(objectIn(container, "resources"), "limits");
  if (limits) {
    fillAbsent(objectAt(objectAt(container, "resources"), "requests"), limits as Record<string, Json>);
  }
}

function defaultHostPorts(container: JsonObject): void {
  for (const port of objectsIn(container, "ports")) {
    fillEmpty(port, { hostPort: port.containerPort ?? 0 });
  }
}
