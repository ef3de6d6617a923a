import { objectIn, objectsIn } from "../defaults/fill.ts";
import type { JsonObject, KubernetesObject } from "../objects.ts";
import { groupResourceOf, type Resource } from "../resource.ts";
import { dnsLabelProblems } from "../validation/formats.ts";
import { numberOf } from "../validation/values.ts";
import { claimWarnings, podWarnings } from "./pods.ts";

/** What the server says of objects that it accepts: its strategies' WarningsOnCreate and WarningsOnUpdate. */

type Warnings = (object: JsonObject, isUpdate: boolean) => string[];

interface Rules {
  /** How the object's name is used, where a DNS label is better than what is allowed. */
  readonly nameUse?: string;
  readonly spec: Warnings;
  /** Nobody is warned at changes: people do not make them. */
  readonly isQuietOnUpdate?: boolean;
}

const inPodNames = "Pod names and hostnames";

const rulesByResource: Readonly<Record<string, Rules>> = {
  pods: { nameUse: "the Pod's hostname", spec: (pod) => podWarnings("", pod), isQuietOnUpdate: true },
  "deployments.apps": { nameUse: inPodNames, spec: templateWarnings },
  "replicasets.apps": { nameUse: inPodNames, spec: templateWarnings },
  "daemonsets.apps": { spec: templateWarnings },
  "statefulsets.apps": { spec: statefulSetWarnings },
  "jobs.batch": { nameUse: inPodNames, spec: templateWarnings },
  "cronjobs.batch": {
    nameUse: inPodNames,
    spec: (cronJob) => podWarnings("spec.jobTemplate.spec.template.", jobTemplateOf(cronJob)),
  },
  persistentvolumeclaims: { spec: (claim) => claimWarnings("spec", objectIn(claim, "spec") ?? {}) },
};

/** Warnings for a new object, decoded and defaulted. */
export function warningsOfCreate(resource: Resource, object: KubernetesObject): string[] {
  const rules = rulesByResource[groupResourceOf(resource)];
  if (!rules) {
    return [];
  }
  const name = object.metadata?.name ?? "";
  const problems = rules.nameUse ? dnsLabelProblems(name) : [];
  return [
    ...(problems.length > 0
      ? [
          `metadata.name: this is used in ${rules.nameUse}, which can result in surprising behavior; a DNS label is recommended: [${problems.join(" ")}]`,
        ]
      : []),
    ...rules.spec(object as JsonObject, false),
  ];
}

/** Warnings for an object whose spec was changed. */
export function warningsOfUpdate(resource: Resource, object: KubernetesObject): string[] {
  const rules = rulesByResource[groupResourceOf(resource)];
  return rules && !rules.isQuietOnUpdate ? rules.spec(object as JsonObject, true) : [];
}

function templateWarnings(object: JsonObject): string[] {
  return podWarnings("spec.template.", objectIn(objectIn(object, "spec"), "template") ?? {});
}

/** At changes the paths of claims have one part more, with a capital: the server's own slip. */
function statefulSetWarnings(set: JsonObject, isUpdate: boolean): string[] {
  const part = isUpdate ? ".Spec" : "";
  const spec = objectIn(set, "spec") ?? {};
  const claims = objectsIn(spec, "volumeClaimTemplates").flatMap((claim, index) =>
    claimWarnings(`spec.volumeClaimTemplates[${index}]${part}`, objectIn(claim, "spec") ?? {}),
  );
  const isEndless = numberOf(spec.revisionHistoryLimit) < 0;
  const advice = "a negative value retains all historical revisions; a value >= 0 is recommended";
  return [
    ...templateWarnings(set),
    ...claims,
    ...(isEndless ? [`spec.revisionHistoryLimit: ${advice}`] : []),
  ];
}

function jobTemplateOf(cronJob: JsonObject): JsonObject {
  const jobSpec = objectIn(objectIn(objectIn(cronJob, "spec"), "jobTemplate"), "spec");
  return objectIn(jobSpec, "template") ?? {};
}
