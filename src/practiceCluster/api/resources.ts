import type { ICustomResourceDefinition } from "kubernetes-models/apiextensions.k8s.io/v1/CustomResourceDefinition";
import type { IControllerRevision } from "kubernetes-models/apps/v1/ControllerRevision";
import type { IDaemonSet } from "kubernetes-models/apps/v1/DaemonSet";
import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IReplicaSet } from "kubernetes-models/apps/v1/ReplicaSet";
import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import type { ICronJob } from "kubernetes-models/batch/v1/CronJob";
import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { ILease } from "kubernetes-models/coordination.k8s.io/v1/Lease";
import type { IEndpointSlice } from "kubernetes-models/discovery.k8s.io/v1/EndpointSlice";
import type { INetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import type { IPodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import type { IClusterRole } from "kubernetes-models/rbac.authorization.k8s.io/v1/ClusterRole";
import type { IClusterRoleBinding } from "kubernetes-models/rbac.authorization.k8s.io/v1/ClusterRoleBinding";
import type { IRole } from "kubernetes-models/rbac.authorization.k8s.io/v1/Role";
import type { IRoleBinding } from "kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding";
import type { IPriorityClass } from "kubernetes-models/scheduling.k8s.io/v1/PriorityClass";
import type { ICSINode } from "kubernetes-models/storage.k8s.io/v1/CSINode";
import type { IStorageClass } from "kubernetes-models/storage.k8s.io/v1/StorageClass";
import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { IEndpoints } from "kubernetes-models/v1/Endpoints";
import type { IEvent } from "kubernetes-models/v1/Event";
import type { ILimitRange } from "kubernetes-models/v1/LimitRange";
import type { INamespace } from "kubernetes-models/v1/Namespace";
import type { INode } from "kubernetes-models/v1/Node";
import type { IPersistentVolume } from "kubernetes-models/v1/PersistentVolume";
import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { IResourceQuota } from "kubernetes-models/v1/ResourceQuota";
import type { ISecret } from "kubernetes-models/v1/Secret";
import type { IService } from "kubernetes-models/v1/Service";
import type { IServiceAccount } from "kubernetes-models/v1/ServiceAccount";
import type { KubernetesObject } from "../../common/kubernetes/objects.ts";
import type { Resource } from "./resource.ts";

const rbacGroup = "rbac.authorization.k8s.io";

function core<T extends KubernetesObject>(resource: string, kind: string, namespaced = true): Resource<T> {
  return { group: "", version: "v1", resource, kind, namespaced };
}

function grouped<T extends KubernetesObject>(
  group: string,
  resource: string,
  kind: string,
  namespaced = true,
): Resource<T> {
  return { group, version: "v1", resource, kind, namespaced };
}

export const namespaces = core<INamespace>("namespaces", "Namespace", false);
export const nodes = core<INode>("nodes", "Node", false);
export const pods = core<IPod>("pods", "Pod");
export const services = core<IService>("services", "Service");
export const endpoints = core<IEndpoints>("endpoints", "Endpoints");
export const configMaps = core<IConfigMap>("configmaps", "ConfigMap");
export const secrets = core<ISecret>("secrets", "Secret");
export const serviceAccounts = core<IServiceAccount>("serviceaccounts", "ServiceAccount");
export const events = core<IEvent>("events", "Event");
export const persistentVolumeClaims = core<IPersistentVolumeClaim>(
  "persistentvolumeclaims",
  "PersistentVolumeClaim",
);
export const persistentVolumes = core<IPersistentVolume>("persistentvolumes", "PersistentVolume", false);
export const resourceQuotas = core<IResourceQuota>("resourcequotas", "ResourceQuota");
export const limitRanges = core<ILimitRange>("limitranges", "LimitRange");
export const statefulSets = grouped<IStatefulSet>("apps", "statefulsets", "StatefulSet");
export const deployments = grouped<IDeployment>("apps", "deployments", "Deployment");
export const replicaSets = grouped<IReplicaSet>("apps", "replicasets", "ReplicaSet");
export const daemonSets = grouped<IDaemonSet>("apps", "daemonsets", "DaemonSet");
export const controllerRevisions = grouped<IControllerRevision>(
  "apps",
  "controllerrevisions",
  "ControllerRevision",
);
export const jobs = grouped<IJob>("batch", "jobs", "Job");
export const cronJobs = grouped<ICronJob>("batch", "cronjobs", "CronJob");
export const endpointSlices = grouped<IEndpointSlice>("discovery.k8s.io", "endpointslices", "EndpointSlice");
export const podDisruptionBudgets = grouped<IPodDisruptionBudget>(
  "policy",
  "poddisruptionbudgets",
  "PodDisruptionBudget",
);
export const storageClasses = grouped<IStorageClass>(
  "storage.k8s.io",
  "storageclasses",
  "StorageClass",
  false,
);
export const priorityClasses = grouped<IPriorityClass>(
  "scheduling.k8s.io",
  "priorityclasses",
  "PriorityClass",
  false,
);
export const leases = grouped<ILease>("coordination.k8s.io", "leases", "Lease");
export const networkPolicies = grouped<INetworkPolicy>(
  "networking.k8s.io",
  "networkpolicies",
  "NetworkPolicy",
);
export const roles = grouped<IRole>(rbacGroup, "roles", "Role");
export const roleBindings = grouped<IRoleBinding>(rbacGroup, "rolebindings", "RoleBinding");
export const clusterRoles = grouped<IClusterRole>(rbacGroup, "clusterroles", "ClusterRole", false);
export const clusterRoleBindings = grouped<IClusterRoleBinding>(
  rbacGroup,
  "clusterrolebindings",
  "ClusterRoleBinding",
  false,
);
export const customResourceDefinitions = grouped<ICustomResourceDefinition>(
  "apiextensions.k8s.io",
  "customresourcedefinitions",
  "CustomResourceDefinition",
  false,
);
export const csiNodes = grouped<ICSINode>("storage.k8s.io", "csinodes", "CSINode", false);
