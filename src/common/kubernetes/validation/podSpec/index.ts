import { objectIn, objectsIn } from "../../defaults/fill.ts";
import type { JsonObject } from "../../objects.ts";
import { dnsLabelProblems, dnsSubdomainProblems } from "../formats.ts";
import { validateLabels } from "../labels.ts";
import { validateAnnotations } from "../objectMeta.ts";
import type { Problems } from "../problems.ts";
import { numberOf, oneOf, textOf } from "../values.ts";
import type { PodContext } from "./containers.ts";
import { validateContainers, validateInitContainers } from "./containers.ts";
import { validateEphemeralContainers } from "./ephemeralContainers.ts";
import { validateAffinity, validateDeadline, validateSpread, validateTolerations } from "./scheduling.ts";
import { validatePodSecurity } from "./security.ts";
import { validateVolumes } from "./volumes.ts";

const dnsPolicies = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];

function validateNames(problems: Problems, path: string, spec: JsonObject): void {
  for (const key of ["serviceAccountName", "nodeName"]) {
    const name = textOf(spec[key]);
    if (name !== "") {
      problems.invalidAll(`${path}.${key}`, name, dnsSubdomainProblems(name));
    }
  }
  validateDeadline(problems, `${path}.activeDeadlineSeconds`, spec);
  for (const key of ["hostname", "subdomain"]) {
    const name = textOf(spec[key]);
    if (name !== "") {
      problems.invalidAll(`${path}.${key}`, name, dnsLabelProblems(name));
    }
  }
}

function validateHostNetworkPorts(problems: Problems, path: string, spec: JsonObject): void {
  if (spec.hostNetwork !== true) {
    return;
  }
  for (const [index, container] of objectsIn(spec, "containers").entries()) {
    for (const [portIndex, port] of objectsIn(container, "ports").entries()) {
      if (numberOf(port.hostPort) !== 0 && port.hostPort !== port.containerPort) {
        const message = "must match `containerPort` when `hostNetwork` is true";
        problems.invalid(`${path}.containers[${index}].ports[${portIndex}].hostPort`, port.hostPort, message);
      }
    }
  }
}

function validatePullSecrets(problems: Problems, path: string, spec: JsonObject): void {
  for (const [index, reference] of objectsIn(spec, "imagePullSecrets").entries()) {
    if (textOf(reference.name) === "") {
      problems.invalid(`${path}[${index}].name`, "", "name must not be empty");
    }
  }
}

/** Validates a PodSpec wherever it stands (ValidatePodSpec of pkg/apis/core/validation). */
export function validatePodSpec(problems: Problems, path: string, spec: JsonObject): void {
  if (spec.terminationGracePeriodSeconds === undefined) {
    problems.required(`${path}.terminationGracePeriodSeconds`);
  }
  const context: PodContext = {
    gracePeriod: numberOf(spec.terminationGracePeriodSeconds),
    volumes: validateVolumes(problems, `${path}.volumes`, spec),
  };
  validateContainers(problems, `${path}.containers`, objectsIn(spec, "containers"), context);
  validateInitContainers(problems, `${path}.initContainers`, spec, context);
  validateEphemeralContainers(problems, `${path}.ephemeralContainers`, spec, context);
  validateHostNetworkPorts(problems, path, spec);
  const restartPolicies = ["Always", "OnFailure", "Never"];
  oneOf(problems, `${path}.restartPolicy`, spec.restartPolicy, restartPolicies);
  oneOf(problems, `${path}.dnsPolicy`, spec.dnsPolicy, dnsPolicies);
  validateLabels(problems, `${path}.nodeSelector`, spec.nodeSelector);
  validatePodSecurity(problems, `${path}.securityContext`, objectIn(spec, "securityContext"));
  validatePullSecrets(problems, `${path}.imagePullSecrets`, spec);
  validateAffinity(problems, `${path}.affinity`, spec);
  validateSpread(problems, `${path}.topologySpreadConstraints`, spec);
  validateNames(problems, path, spec);
  validateTolerations(problems, `${path}.tolerations`, spec);
  const priorityClass = textOf(spec.priorityClassName);
  if (priorityClass !== "") {
    problems.invalidAll(`${path}.priorityClassName`, priorityClass, dnsSubdomainProblems(priorityClass));
  }
}

/** Validates the template of a workload. */
export function validatePodTemplate(problems: Problems, path: string, template: JsonObject): void {
  const metadata = objectIn(template, "metadata") ?? {};
  validateLabels(problems, `${path}.labels`, metadata.labels);
  validateAnnotations(problems, `${path}.annotations`, metadata.annotations);
  validatePodSpec(problems, `${path}.spec`, objectIn(template, "spec") ?? {});
  if (objectsIn(objectIn(template, "spec"), "ephemeralContainers").length > 0) {
    const message = "ephemeral containers not allowed in pod template";
    problems.forbidden(`${path}.spec.ephemeralContainers`, message);
  }
}

/** Refuses what templates of sets that run for ever may not have. */
export function requireRunningForEver(
  problems: Problems,
  path: string,
  template: JsonObject,
  kind: string,
): void {
  const spec = objectIn(template, "spec") ?? {};
  if (spec.restartPolicy !== "Always") {
    problems.notSupported(`${path}.spec.restartPolicy`, spec.restartPolicy, ["Always"]);
  }
  if (spec.activeDeadlineSeconds !== undefined) {
    const message = `activeDeadlineSeconds in ${kind} is not Supported`;
    problems.forbidden(`${path}.spec.activeDeadlineSeconds`, message);
  }
}
