import { canonicalize } from "../decoding/canonicalize.ts";
import type { JsonObject, KubernetesObject } from "../objects.ts";
import type { Resource } from "../resource.ts";
import { groupResourceOf } from "../resource.ts";
import {
  defaultCustomResourceDefinition,
  defaultLimitRange,
  defaultNamespace,
  defaultNode,
  defaultPriorityClass,
  defaultRoleBinding,
  defaultSecret,
} from "./clusterObjects.ts";
import { defaultCronJob, defaultJob } from "./jobs.ts";
import { defaultPod } from "./podSpec.ts";
import { defaultEndpointSlice, defaultEndpoints, defaultNetworkPolicy, defaultService } from "./services.ts";
import { defaultClaim, defaultStorageClass, defaultVolumeObject } from "./storage.ts";
import { defaultDaemonSet, defaultDeployment, defaultReplicaSet, defaultStatefulSet } from "./workloads.ts";

const defaulters: Readonly<Record<string, (object: JsonObject) => void>> = {
  pods: defaultPod,
  services: defaultService,
  endpoints: defaultEndpoints,
  secrets: defaultSecret,
  namespaces: defaultNamespace,
  nodes: defaultNode,
  limitranges: defaultLimitRange,
  persistentvolumeclaims: defaultClaim,
  persistentvolumes: defaultVolumeObject,
  "statefulsets.apps": defaultStatefulSet,
  "deployments.apps": defaultDeployment,
  "replicasets.apps": defaultReplicaSet,
  "daemonsets.apps": defaultDaemonSet,
  "jobs.batch": defaultJob,
  "cronjobs.batch": defaultCronJob,
  "storageclasses.storage.k8s.io": defaultStorageClass,
  "endpointslices.discovery.k8s.io": defaultEndpointSlice,
  "networkpolicies.networking.k8s.io": defaultNetworkPolicy,
  "customresourcedefinitions.apiextensions.k8s.io": defaultCustomResourceDefinition,
  "priorityclasses.scheduling.k8s.io": defaultPriorityClass,
  "rolebindings.rbac.authorization.k8s.io": defaultRoleBinding,
  "clusterrolebindings.rbac.authorization.k8s.io": defaultRoleBinding,
};

/**
 * Sets the fields that a decoded object leaves out, as pkg/apis/…/v1/defaults.go does, and writes the
 * object in canonical form (order of fields, zero values). Changes `object`.
 */
export function applyDefaults(resource: Resource, object: KubernetesObject): void {
  defaulters[groupResourceOf(resource)]?.(object as JsonObject);
  canonicalize(resource, object);
}
