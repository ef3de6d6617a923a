import { objectIn, objectsIn } from "../../defaults/fill.ts";
import type { JsonObject } from "../../objects.ts";
import { dnsLabelProblems, portNameProblems, portNumberProblems } from "../formats.ts";
import type { Problems } from "../problems.ts";
import { numberOf, oneOf, textOf } from "../values.ts";
import { validateEnvironment } from "./environment.ts";
import { forbidLifecycleAndProbes, validateLifecycleAndProbes } from "./probes.ts";
import { validateResources } from "./resources.ts";
import { validateContainerSecurity } from "./security.ts";
import { validateLocalPath } from "./volumes.ts";

/** What the rules of containers need to know of their Pod. */
export interface PodContext {
  /** Names of the Pod's valid volumes. */
  readonly volumes: ReadonlySet<string>;
  readonly gracePeriod: number;
}

const pullPolicies = ["Always", "IfNotPresent", "Never"];
const protocols = ["SCTP", "TCP", "UDP"];

function validatePorts(problems: Problems, path: string, container: JsonObject): void {
  const names = new Set<string>();
  for (const [index, port] of objectsIn(container, "ports").entries()) {
    const at = `${path}[${index}]`;
    const name = textOf(port.name);
    if (name !== "") {
      validatePortName(problems, `${at}.name`, name, names);
    }
    if (numberOf(port.containerPort) === 0) {
      problems.required(`${at}.containerPort`);
    } else {
      const number = numberOf(port.containerPort);
      problems.invalidAll(`${at}.containerPort`, number, portNumberProblems(number));
    }
    if (numberOf(port.hostPort) !== 0) {
      problems.invalidAll(`${at}.hostPort`, port.hostPort, portNumberProblems(numberOf(port.hostPort)));
    }
    oneOf(problems, `${at}.protocol`, port.protocol, protocols);
  }
}

function validatePortName(problems: Problems, path: string, name: string, names: Set<string>): void {
  const wrong = portNameProblems(name);
  problems.invalidAll(path, name, wrong);
  if (wrong.length === 0 && names.has(name)) {
    problems.duplicate(path, name);
  }
  names.add(name);
}

function validateMounts(problems: Problems, path: string, container: JsonObject, context: PodContext): void {
  const mountPaths = new Set<string>();
  for (const [index, mount] of objectsIn(container, "volumeMounts").entries()) {
    const at = `${path}[${index}]`;
    const name = textOf(mount.name);
    const mountPath = textOf(mount.mountPath);
    if (name === "") {
      problems.required(`${at}.name`);
    }
    if (!context.volumes.has(name)) {
      problems.notFound(`${at}.name`, name);
    }
    if (mountPath === "") {
      problems.required(`${at}.mountPath`);
    }
    if (mountPaths.has(mountPath)) {
      problems.invalid(`${at}.mountPath`, mountPath, "must be unique");
    }
    mountPaths.add(mountPath);
    validateSubPaths(problems, path, at, mount);
  }
}

function validateSubPaths(problems: Problems, list: string, path: string, mount: JsonObject): void {
  const subPath = textOf(mount.subPath);
  const expression = textOf(mount.subPathExpr);
  validateLocalPath(problems, `${list}.subPath`, subPath);
  if (expression !== "" && subPath !== "") {
    const message = "subPathExpr and subPath are mutually exclusive";
    problems.invalid(`${path}.subPathExpr`, expression, message);
  }
  validateLocalPath(problems, `${list}.subPathExpr`, expression);
}

/** What every kind of container has to keep to. */
export function validateCommon(
  problems: Problems,
  path: string,
  container: JsonObject,
  context: PodContext,
): void {
  const name = textOf(container.name);
  if (name === "") {
    problems.required(`${path}.name`);
  } else {
    problems.invalidAll(`${path}.name`, name, dnsLabelProblems(name));
  }
  if (textOf(container.image) === "") {
    problems.required(`${path}.image`);
  }
  oneOf(problems, `${path}.terminationMessagePolicy`, container.terminationMessagePolicy, [
    "File",
    "FallbackToLogsOnError",
  ]);
  validatePorts(problems, `${path}.ports`, container);
  validateEnvironment(problems, path, container);
  validateMounts(problems, `${path}.volumeMounts`, container, context);
  oneOf(problems, `${path}.imagePullPolicy`, container.imagePullPolicy, pullPolicies);
  validateResources(problems, `${path}.resources`, container);
  validateContainerSecurity(problems, `${path}.securityContext`, objectIn(container, "securityContext"));
}

function validateRestartPolicy(problems: Problems, path: string, container: JsonObject): void {
  if (container.restartPolicy !== undefined) {
    oneOf(problems, `${path}.restartPolicy`, container.restartPolicy, ["Always", "Never", "OnFailure"]);
  }
}

function validateHostPorts(problems: Problems, path: string, containers: readonly JsonObject[]): void {
  const used = new Set<string>();
  for (const [index, container] of containers.entries()) {
    for (const [portIndex, port] of objectsIn(container, "ports").entries()) {
      const key = `${textOf(port.protocol)}/${textOf(port.hostIP)}/${numberOf(port.hostPort)}`;
      if (numberOf(port.hostPort) === 0) {
        continue;
      }
      if (used.has(key)) {
        problems.duplicate(`${path}[${index}].ports[${portIndex}].hostPort`, key);
      }
      used.add(key);
    }
  }
}

/** The containers of a Pod. */
export function validateContainers(
  problems: Problems,
  path: string,
  containers: readonly JsonObject[],
  context: PodContext,
): void {
  if (containers.length === 0) {
    problems.required(path);
    return;
  }
  const names = new Set<string>();
  for (const [index, container] of containers.entries()) {
    const at = `${path}[${index}]`;
    validateCommon(problems, at, container, context);
    if (names.has(textOf(container.name))) {
      problems.duplicate(`${at}.name`, container.name);
    }
    names.add(textOf(container.name));
    validateLifecycleAndProbes(problems, at, container, context.gracePeriod);
    validateRestartPolicy(problems, at, container);
  }
  validateHostPorts(problems, path, containers);
}

/** The init containers of a Pod; those with restartPolicy Always are sidecars and may have probes. */
export function validateInitContainers(
  problems: Problems,
  path: string,
  spec: JsonObject,
  context: PodContext,
): void {
  const names = new Set(objectsIn(spec, "containers").map(({ name }) => textOf(name)));
  for (const [index, container] of objectsIn(spec, "initContainers").entries()) {
    const at = `${path}[${index}]`;
    validateCommon(problems, at, container, context);
    validateRestartPolicy(problems, at, container);
    if (names.has(textOf(container.name))) {
      problems.duplicate(`${at}.name`, container.name);
    }
    names.add(textOf(container.name));
    if (container.restartPolicy === "Always") {
      validateLifecycleAndProbes(problems, at, container, context.gracePeriod);
    } else {
      forbidLifecycleAndProbes(problems, at, container);
    }
  }
}
