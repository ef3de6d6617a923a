import type { JsonObject } from "../objects.ts";
import { fillAbsent, fillEmpty, objectAt, objectIn, objectsIn } from "./fill.ts";

const clientIpTimeoutSeconds = 10_800;

export function defaultService(service: JsonObject): void {
  const spec = objectAt(service, "spec");
  fillEmpty(spec, { sessionAffinity: "None", type: "ClusterIP" });
  if (spec.sessionAffinity === "None") {
    delete spec.sessionAffinityConfig;
  }
  if (spec.sessionAffinity === "ClientIP") {
    const clientIp = objectAt(objectAt(spec, "sessionAffinityConfig"), "clientIP");
    fillAbsent(clientIp, { timeoutSeconds: clientIpTimeoutSeconds });
  }
  for (const port of objectsIn(spec, "ports")) {
    fillEmpty(port, { protocol: "TCP", targetPort: port.port ?? 0 });
  }
  defaultTrafficPolicies(spec);
}

function defaultTrafficPolicies(spec: JsonObject): void {
  const isExternal = spec.type === "NodePort" || spec.type === "LoadBalancer";
  if (isExternal) {
    fillEmpty(spec, { externalTrafficPolicy: "Cluster" });
  }
  if (isExternal || spec.type === "ClusterIP") {
    fillAbsent(spec, { internalTrafficPolicy: "Cluster" });
  }
  if (spec.type === "LoadBalancer") {
    fillAbsent(spec, { allocateLoadBalancerNodePorts: true });
  }
}

export function defaultEndpoints(endpoints: JsonObject): void {
  for (const subset of objectsIn(endpoints, "subsets")) {
    for (const port of objectsIn(subset, "ports")) {
      fillEmpty(port, { protocol: "TCP" });
    }
  }
}

export function defaultEndpointSlice(slice: JsonObject): void {
  for (const port of objectsIn(slice, "ports")) {
    fillAbsent(port, { name: "", protocol: "TCP" });
  }
}

function defaultPolicyPorts(rule: JsonObject): void {
  for (const port of objectsIn(rule, "ports")) {
    fillAbsent(port, { protocol: "TCP" });
  }
}

export function defaultNetworkPolicy(policy: JsonObject): void {
  const spec = objectIn(policy, "spec");
  if (!spec) {
    return;
  }
  const egress = objectsIn(spec, "egress");
  const types = egress.length > 0 ? ["Ingress", "Egress"] : ["Ingress"];
  if (!Array.isArray(spec.policyTypes) || spec.policyTypes.length === 0) {
    spec.policyTypes = types;
  }
  [...objectsIn(spec, "ingress"), ...egress].forEach(defaultPolicyPorts);
}
