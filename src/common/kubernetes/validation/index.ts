import type { JsonObject, KubernetesObject } from "../objects.ts";
import type { Resource } from "../resource.ts";
import { groupResourceOf } from "../resource.ts";
import { validateClaim, validateClaimUpdate } from "./claims.ts";
import {
  validateConfigMap,
  validateConfigMapUpdate,
  validateSecret,
  validateSecretUpdate,
} from "./configuration.ts";
import { validateCronJob, validateCronJobUpdate } from "./cronJobs.ts";
import {
  validateCustomResourceDefinition,
  validateCustomResourceDefinitionUpdate,
} from "./customResourceDefinitions.ts";
import { dnsLabelProblems, dnsSubdomainProblems, pathSegmentProblems } from "./formats.ts";
import { validateJob, validateJobUpdate } from "./jobs.ts";
import type { NameProblems } from "./objectMeta.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "./objectMeta.ts";
import { validateEphemeralContainersUpdate, validatePodResize } from "./podParts.ts";
import { validateNewPod, validatePodUpdate } from "./pods.ts";
import {
  validateDisruptionBudget,
  validateLimitRange,
  validatePriorityClass,
  validatePriorityClassUpdate,
  validateResourceQuota,
} from "./policies.ts";
import { type FieldProblem, Problems } from "./problems.ts";
import {
  validateClusterRole,
  validateClusterRoleBinding,
  validateRole,
  validateRoleBinding,
  withFixedRole,
} from "./rbac.ts";
import { validateEndpointSliceUpdate, validateService, validateServiceUpdate } from "./services.ts";
import { validateStatefulSet, validateStatefulSetStatus, validateStatefulSetUpdate } from "./statefulSet.ts";
import {
  validateStorageClass,
  validateStorageClassUpdate,
  validateVolume,
  validateVolumeUpdate,
} from "./storage.ts";
import {
  validateDaemonSet,
  validateDeployment,
  validateReplicaSet,
  validateSelectorUpdate,
} from "./workloads.ts";

interface Rules {
  readonly name?: NameProblems;
  readonly create?: (problems: Problems, object: JsonObject) => void;
  /** Where it is missing, `create` is asked again. */
  readonly update?: (problems: Problems, object: JsonObject, old: JsonObject) => void;
  readonly status?: (problems: Problems, object: JsonObject) => void;
  /** Of subresources that write a part of their own. */
  readonly parts?: Readonly<Record<string, NonNullable<Rules["update"]>>>;
}

type Validate = NonNullable<Rules["create"]>;

function withFixedSelector(validate: Validate): Rules {
  return {
    create: validate,
    update: (problems, object, old) => {
      validate(problems, object);
      validateSelectorUpdate(problems, object, old);
    },
  };
}

const rulesByResource: Readonly<Record<string, Rules>> = {
  namespaces: { name: dnsLabelProblems },
  services: { name: dnsLabelProblems, create: validateService, update: validateServiceUpdate },
  configmaps: { create: validateConfigMap, update: validateConfigMapUpdate },
  secrets: { create: validateSecret, update: validateSecretUpdate },
  pods: {
    create: validateNewPod,
    update: validatePodUpdate,
    parts: { resize: validatePodResize, ephemeralcontainers: validateEphemeralContainersUpdate },
  },
  persistentvolumeclaims: { create: validateClaim, update: validateClaimUpdate },
  persistentvolumes: { create: validateVolume, update: validateVolumeUpdate },
  resourcequotas: { create: validateResourceQuota },
  limitranges: { create: validateLimitRange },
  "statefulsets.apps": {
    name: dnsLabelProblems,
    create: validateStatefulSet,
    update: validateStatefulSetUpdate,
    status: validateStatefulSetStatus,
  },
  "deployments.apps": withFixedSelector(validateDeployment),
  "replicasets.apps": withFixedSelector(validateReplicaSet),
  "daemonsets.apps": withFixedSelector(validateDaemonSet),
  "jobs.batch": { create: validateJob, update: validateJobUpdate },
  "cronjobs.batch": { create: validateCronJob, update: validateCronJobUpdate },
  "storageclasses.storage.k8s.io": { create: validateStorageClass, update: validateStorageClassUpdate },
  "poddisruptionbudgets.policy": { create: validateDisruptionBudget },
  "endpointslices.discovery.k8s.io": { update: validateEndpointSliceUpdate },
  "priorityclasses.scheduling.k8s.io": {
    create: validatePriorityClass,
    update: validatePriorityClassUpdate,
  },
  "customresourcedefinitions.apiextensions.k8s.io": {
    create: validateCustomResourceDefinition,
    update: validateCustomResourceDefinitionUpdate,
  },
  "roles.rbac.authorization.k8s.io": { name: pathSegmentProblems, create: validateRole },
  "clusterroles.rbac.authorization.k8s.io": { name: pathSegmentProblems, create: validateClusterRole },
  "rolebindings.rbac.authorization.k8s.io": {
    name: pathSegmentProblems,
    create: validateRoleBinding,
    update: withFixedRole(validateRoleBinding),
  },
  "clusterrolebindings.rbac.authorization.k8s.io": {
    name: pathSegmentProblems,
    create: validateClusterRoleBinding,
    update: withFixedRole(validateClusterRoleBinding),
  },
};

function rulesOf(resource: Resource): Rules {
  return rulesByResource[groupResourceOf(resource)] ?? {};
}

/** What the server would find wrong with a decoded, defaulted object that is to be created; empty when nothing. */
export function problemsOfCreate(resource: Resource, object: KubernetesObject): readonly FieldProblem[] {
  const problems = new Problems();
  const rules = rulesOf(resource);
  validateObjectMeta(problems, resource, object as JsonObject, rules.name ?? dnsSubdomainProblems);
  rules.create?.(problems, object as JsonObject);
  return problems.found;
}

/**
 * What the server would find wrong with a changed object beside the stored one. `part` names the subresource that is written:
 * of a status only the status itself is looked at.
 */
export function problemsOfUpdate(
  resource: Resource,
  object: KubernetesObject,
  old: KubernetesObject,
  part = "object",
): readonly FieldProblem[] {
  const problems = new Problems();
  const rules = rulesOf(resource);
  const [after, before] = [object as JsonObject, old as JsonObject];
  validateObjectMetaUpdate(problems, after, before);
  if (part === "status") {
    rules.status?.(problems, after);
  } else if (part === "object" || part === "scale") {
    validateChange(problems, rules, after, before);
  } else {
    rules.parts?.[part]?.(problems, after, before);
  }
  return problems.found;
}

function validateChange(problems: Problems, rules: Rules, object: JsonObject, old: JsonObject): void {
  if (rules.update) {
    rules.update(problems, object, old);
  } else {
    rules.create?.(problems, object);
  }
}
