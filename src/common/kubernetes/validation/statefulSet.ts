import { objectIn, objectsIn } from "../defaults/fill.ts";
import { jsonEqual } from "../jsonValues.ts";
import type { JsonObject } from "../objects.ts";
import { validateClaimSpec } from "./claims.ts";
import { dnsLabelProblems } from "./formats.ts";
import { internalForm } from "./internalForm.ts";
import { isEmptySelector, validateLabelSelector, validateSelectorOfTemplate } from "./labels.ts";
import { requireRunningForEver, validatePodTemplate } from "./podSpec/index.ts";
import { Problems } from "./problems.ts";
import { nonNegative, textOf } from "./values.ts";

/*
 * ValidateStatefulSet of pkg/apis/apps/validation.
 */

interface Leniency {
  readonly anyServiceName: boolean;
  readonly anyClaimTemplates: boolean;
  readonly anyPodTemplate: boolean;
}

const strict: Leniency = { anyServiceName: false, anyClaimTemplates: false, anyPodTemplate: false };
const retentionPolicies = ["Retain", "Delete"];

const mutableFields = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
];

function printed(type: string, value: JsonObject): { printed: string } {
  return { printed: JSON.stringify(internalForm(type, value)) };
}

function validateUpdateStrategy(problems: Problems, path: string, strategy: JsonObject): void {
  const rollingUpdate = objectIn(strategy, "rollingUpdate");
  switch (textOf(strategy.type)) {
    case "":
      problems.required(path);
      break;
    case "OnDelete":
      if (rollingUpdate) {
        const value = printed("apps.RollingUpdateStatefulSetStrategy", rollingUpdate);
        problems.invalid(`${path}.rollingUpdate`, value, "only allowed for updateStrategy 'RollingUpdate'");
      }
      break;
    case "RollingUpdate":
      nonNegative(problems, `${path}.rollingUpdate.partition`, rollingUpdate?.partition);
      break;
    default: {
      const value = printed("apps.StatefulSetUpdateStrategy", strategy);
      problems.invalid(path, value, "must be 'RollingUpdate' or 'OnDelete'");
    }
  }
}

function validatePolicies(problems: Problems, path: string, spec: JsonObject): void {
  const management = textOf(spec.podManagementPolicy);
  if (management === "") {
    problems.required(`${path}.podManagementPolicy`);
  } else if (management !== "OrderedReady" && management !== "Parallel") {
    const message = "must be 'OrderedReady' or 'Parallel'";
    problems.invalid(`${path}.podManagementPolicy`, management, message);
  }
  validateUpdateStrategy(problems, `${path}.updateStrategy`, objectIn(spec, "updateStrategy") ?? {});
  const retention = objectIn(spec, "persistentVolumeClaimRetentionPolicy");
  for (const when of retention ? ["whenDeleted", "whenScaled"] : []) {
    const policy = textOf(retention?.[when]);
    if (!retentionPolicies.includes(policy)) {
      const at = `${path}.persistentVolumeClaimRetentionPolicy.${when}`;
      problems.notSupported(at, policy, retentionPolicies);
    }
  }
}

/** The template as its Pods will have it: with the claims' volumes, and without what the controller sets. */
function templateWithClaims(spec: JsonObject): JsonObject {
  const template = objectIn(spec, "template") ?? {};
  const podSpec = objectIn(template, "spec") ?? {};
  const claims = objectsIn(spec, "volumeClaimTemplates").map((claim) => {
    const name = textOf(objectIn(claim, "metadata")?.name);
    return { name, persistentVolumeClaim: { claimName: name } };
  });
  const names = new Set(claims.map(({ name }) => name));
  const volumes = objectsIn(podSpec, "volumes").filter((volume) => !names.has(textOf(volume.name)));
  const { subdomain: _, hostname: __, ...kept } = podSpec;
  return { ...template, spec: { ...kept, volumes: [...claims, ...volumes] } };
}

function validateSelector(problems: Problems, path: string, spec: JsonObject): void {
  const selector = objectIn(spec, "selector");
  if (!selector) {
    problems.required(path);
    return;
  }
  validateLabelSelector(problems, path, selector);
  if (isEmptySelector(selector)) {
    problems.invalid(path, selector, "empty selector is invalid for statefulset");
  }
}

function validateSpec(problems: Problems, path: string, spec: JsonObject, leniency: Leniency): void {
  validatePolicies(problems, path, spec);
  if (!leniency.anyClaimTemplates) {
    for (const [index, claim] of objectsIn(spec, "volumeClaimTemplates").entries()) {
      const at = `${path}.volumeClaimTemplates[${index}].spec`;
      validateClaimSpec(problems, at, objectIn(claim, "spec") ?? {});
    }
  }
  nonNegative(problems, `${path}.replicas`, spec.replicas);
  nonNegative(problems, `${path}.minReadySeconds`, spec.minReadySeconds);
  nonNegative(problems, `${path}.ordinals.start`, objectIn(spec, "ordinals")?.start);
  const serviceName = textOf(spec.serviceName);
  if (!leniency.anyServiceName && serviceName !== "") {
    problems.invalidAll(`${path}.serviceName`, serviceName, dnsLabelProblems(serviceName));
  }
  validateSelector(problems, `${path}.selector`, spec);
  validateSelectorOfTemplate(problems, path, spec);
  const template = templateWithClaims(spec);
  if (!leniency.anyPodTemplate) {
    validatePodTemplate(problems, `${path}.template`, template);
  }
  requireRunningForEver(problems, `${path}.template`, template, "StatefulSet");
}

export function validateStatefulSet(problems: Problems, set: JsonObject): void {
  validateSpec(problems, "spec", objectIn(set, "spec") ?? {}, strict);
}

/** What a set already is may stay, even if it would be refused today; most fields may not change. */
export function validateStatefulSetUpdate(problems: Problems, set: JsonObject, old: JsonObject): void {
  const spec = objectIn(set, "spec") ?? {};
  const before = objectIn(old, "spec") ?? {};
  const lenient = { anyServiceName: true, anyClaimTemplates: true, anyPodTemplate: false };
  const former = new Problems();
  validateSpec(former, "spec", before, lenient);
  validateSpec(problems, "spec", spec, { ...lenient, anyPodTemplate: former.count > 0 });
  const mutable = Object.fromEntries(mutableFields.map((field) => [field, undefined]));
  if (!jsonEqual(withoutUndefined({ ...spec, ...mutable }), withoutUndefined({ ...before, ...mutable }))) {
    const message =
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', " +
      "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and " +
      "'minReadySeconds' are forbidden";
    problems.forbidden("spec", message);
  }
}

function withoutUndefined(value: Record<string, unknown>): JsonObject {
  return JSON.parse(JSON.stringify(value));
}

const statusCounts = ["replicas", "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"];

export function validateStatefulSetStatus(problems: Problems, set: JsonObject): void {
  const status = objectIn(set, "status") ?? {};
  const count = (key: string) => (typeof status[key] === "number" ? status[key] : 0);
  for (const key of statusCounts) {
    nonNegative(problems, `status.${key}`, status[key]);
  }
  for (const key of statusCounts.slice(1)) {
    if (count(key) > count("replicas")) {
      problems.invalid(`status.${key}`, count(key), "cannot be greater than status.replicas");
    }
  }
  if (count("availableReplicas") > count("readyReplicas")) {
    const message = "cannot be greater than status.readyReplicas";
    problems.invalid("status.availableReplicas", count("availableReplicas"), message);
  }
}
