import { objectIn, objectsIn } from "../defaults/fill.ts";
import type { JsonObject } from "../objects.ts";
import {
  dnsLabelProblems,
  dnsSubdomainProblems,
  portNumberProblems,
  qualifiedNameProblems,
} from "./formats.ts";
import { validateLabels } from "./labels.ts";
import type { Problems } from "./problems.ts";
import { immutable, numberOf, oneOf, portReference, textOf, textsOf } from "./values.ts";

const types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
const protocols = ["SCTP", "TCP", "UDP"];

function isHeadless(spec: JsonObject): boolean {
  return spec.clusterIP === "None" || textsOf(spec.clusterIPs)[0] === "None";
}

function validateExternalName(problems: Problems, spec: JsonObject): void {
  for (const key of ["clusterIPs", "ipFamilies"]) {
    if (textsOf(spec[key]).length > 0) {
      problems.forbidden(`spec.${key}`, "may not be set for ExternalName services");
    }
  }
  const name = textOf(spec.externalName).replace(/\.$/, "");
  if (name === "") {
    problems.required("spec.externalName");
  } else {
    problems.invalidAll("spec.externalName", name, dnsSubdomainProblems(name));
  }
}

function validatePort(
  problems: Problems,
  path: string,
  port: JsonObject,
  needsName: boolean,
  names: Set<string>,
): void {
  const name = textOf(port.name);
  if (name !== "") {
    problems.invalidAll(`${path}.name`, name, dnsLabelProblems(name));
    if (names.has(name)) {
      problems.duplicate(`${path}.name`, name);
    }
    names.add(name);
  } else if (needsName) {
    problems.required(`${path}.name`);
  }
  problems.invalidAll(`${path}.port`, numberOf(port.port), portNumberProblems(numberOf(port.port)));
  oneOf(problems, `${path}.protocol`, port.protocol, protocols);
  portReference(problems, `${path}.targetPort`, port.targetPort);
  const application = textOf(port.appProtocol);
  if (application !== "") {
    problems.invalidAll(`${path}.appProtocol`, application, qualifiedNameProblems(application));
  }
}

function validatePorts(problems: Problems, spec: JsonObject): void {
  const ports = objectsIn(spec, "ports");
  if (ports.length === 0 && !isHeadless(spec) && spec.type !== "ExternalName") {
    problems.required("spec.ports");
  }
  const names = new Set<string>();
  for (const [index, port] of ports.entries()) {
    validatePort(problems, `spec.ports[${index}]`, port, ports.length > 1, names);
  }
}

function validateUniquePorts(problems: Problems, spec: JsonObject): void {
  const used = new Set<string>();
  const usedOnNodes = new Set<string>();
  for (const [index, port] of objectsIn(spec, "ports").entries()) {
    const path = `spec.ports[${index}]`;
    const nodePort = numberOf(port.nodePort);
    if (nodePort !== 0 && spec.type === "ClusterIP") {
      problems.forbidden(`${path}.nodePort`, "may not be used when `type` is 'ClusterIP'");
    }
    const onNodes = `${textOf(port.protocol)}/${nodePort}`;
    if (nodePort !== 0 && usedOnNodes.has(onNodes)) {
      problems.duplicate(`${path}.nodePort`, nodePort);
    }
    usedOnNodes.add(onNodes);
    const key = `${textOf(port.protocol)}/${numberOf(port.port)}`;
    if (used.has(key)) {
      problems.duplicate(path, { printed: printedPort(port) });
    }
    used.add(key);
  }
}

function printedPort(port: JsonObject): string {
  return JSON.stringify({
    Name: "",
    Protocol: textOf(port.protocol),
    AppProtocol: null,
    Port: numberOf(port.port),
    TargetPort: 0,
    NodePort: 0,
  });
}

function validateAffinity(problems: Problems, spec: JsonObject): void {
  oneOf(problems, "spec.sessionAffinity", spec.sessionAffinity, ["ClientIP", "None"]);
  const seconds = objectIn(objectIn(spec, "sessionAffinityConfig"), "clientIP")?.timeoutSeconds;
  if (spec.sessionAffinity === "ClientIP" && (numberOf(seconds) <= 0 || numberOf(seconds) > 86_400)) {
    const message = "must be greater than 0 and less than 86400";
    problems.invalid("spec.sessionAffinityConfig.clientIP.timeoutSeconds", seconds, message);
  }
}

function validateClusterIps(problems: Problems, spec: JsonObject): void {
  const first = textsOf(spec.clusterIPs)[0] ?? textOf(spec.clusterIP);
  const isAddress = /^(\d{1,3}\.){3}\d{1,3}$/.test(first) || first.includes(":");
  if (first !== "" && first !== "None" && !isAddress) {
    const message = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
    problems.invalid("spec.clusterIPs[0]", first, message);
  }
  if (isHeadless(spec) && (spec.type === "LoadBalancer" || spec.type === "NodePort")) {
    const message = `may not be set to 'None' for ${spec.type} services`;
    problems.invalid("spec.clusterIPs[0]", "None", message);
  }
}

/** ValidateService of pkg/apis/core/validation. */
export function validateService(problems: Problems, service: JsonObject): void {
  const spec = objectIn(service, "spec") ?? {};
  if (spec.type === "ExternalName") {
    validateExternalName(problems, spec);
  }
  validatePorts(problems, spec);
  validateLabels(problems, "spec.selector", spec.selector);
  validateAffinity(problems, spec);
  validateClusterIps(problems, spec);
  oneOf(problems, "spec.type", spec.type, types);
  validateUniquePorts(problems, spec);
}

export function validateServiceUpdate(problems: Problems, service: JsonObject, old: JsonObject): void {
  const spec = objectIn(service, "spec") ?? {};
  const before = objectIn(old, "spec") ?? {};
  const keepsAddress = spec.type !== "ExternalName" && before.type !== "ExternalName";
  const oldAddress = textOf(before.clusterIP);
  const address = textOf(spec.clusterIP);
  if (keepsAddress && oldAddress !== "" && address === "") {
    problems.invalid("spec.clusterIPs[0]", [], "primary clusterIP can not be unset");
  } else if (keepsAddress && oldAddress !== "" && address !== oldAddress) {
    problems.invalid("spec.clusterIPs[0]", [address], "may not change once set");
  }
  validateService(problems, service);
}

export function validateEndpointSliceUpdate(problems: Problems, slice: JsonObject, old: JsonObject): void {
  immutable(problems, "addressType", slice.addressType, old.addressType);
}
