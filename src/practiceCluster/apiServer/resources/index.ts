import type { KubernetesObject } from "../../../common/kubernetes/objects.ts";
import { groupResourceOf, type Resource } from "../../api/resource.ts";
import { refusals } from "../requests/errors.ts";
import { configMapDefinition, secretDefinition, serviceAccountDefinition } from "./configuration.ts";
import { controllerRevisionDefinition } from "./controllerRevisions.ts";
import { cronJobDefinition } from "./cronJobs.ts";
import { customResourceDefinitionDefinition } from "./customResourceDefinitions.ts";
import { daemonSetDefinition } from "./daemonSets.ts";
import type { ResourceDefinition } from "./definition.ts";
import { deploymentDefinition } from "./deployments.ts";
import { endpointSliceDefinition } from "./endpointSlices.ts";
import { endpointsDefinition } from "./endpoints.ts";
import { eventDefinition } from "./events.ts";
import { ingressClassDefinition, ingressDefinition } from "./ingresses.ts";
import { jobDefinition } from "./jobs.ts";
import { namespaceDefinition } from "./namespaces.ts";
import { newEventDefinition } from "./newEvents.ts";
import { nodeDefinition } from "./nodes.ts";
import { podDisruptionBudgetDefinition } from "./podDisruptionBudgets.ts";
import { podDefinition } from "./pods.ts";
import {
  clusterRoleBindingDefinition,
  clusterRoleDefinition,
  roleBindingDefinition,
  roleDefinition,
} from "./rbac.ts";
import { replicaSetDefinition } from "./replicaSets.ts";
import { resourceQuotaDefinition } from "./resourceQuotas.ts";
import {
  localSubjectAccessReviewDefinition,
  selfSubjectAccessReviewDefinition,
  selfSubjectReviewDefinition,
  selfSubjectRulesReviewDefinition,
  subjectAccessReviewDefinition,
  tokenReviewDefinition,
} from "./reviews.ts";
import { serviceDefinition } from "./services.ts";
import { statefulSetDefinition } from "./statefulSets.ts";
import { claimDefinition, storageClassDefinition, volumeDefinition } from "./storage.ts";
import {
  csiDriverDefinition,
  csiNodeDefinition,
  csiStorageCapacityDefinition,
  volumeAttachmentDefinition,
  volumeAttributesClassDefinition,
} from "./storageDrivers.ts";
import {
  leaseDefinition,
  limitRangeDefinition,
  networkPolicyDefinition,
  priorityClassDefinition,
} from "./stored.ts";

/** Every resource that the server has. A definition is typed by its own objects; here they are all objects. */
export const definitions: readonly ResourceDefinition[] = [
  erased(configMapDefinition),
  erased(endpointsDefinition),
  erased(eventDefinition),
  erased(newEventDefinition),
  erased(limitRangeDefinition),
  erased(namespaceDefinition),
  erased(nodeDefinition),
  erased(claimDefinition),
  erased(volumeDefinition),
  erased(podDefinition),
  erased(resourceQuotaDefinition),
  erased(secretDefinition),
  erased(serviceAccountDefinition),
  erased(serviceDefinition),
  erased(controllerRevisionDefinition),
  erased(daemonSetDefinition),
  erased(deploymentDefinition),
  erased(replicaSetDefinition),
  erased(statefulSetDefinition),
  erased(cronJobDefinition),
  erased(jobDefinition),
  erased(podDisruptionBudgetDefinition),
  erased(storageClassDefinition),
  erased(endpointSliceDefinition),
  erased(leaseDefinition),
  erased(networkPolicyDefinition),
  erased(priorityClassDefinition),
  erased(ingressDefinition),
  erased(ingressClassDefinition),
  erased(csiDriverDefinition),
  erased(csiNodeDefinition),
  erased(csiStorageCapacityDefinition),
  erased(volumeAttachmentDefinition),
  erased(volumeAttributesClassDefinition),
  erased(customResourceDefinitionDefinition),
  erased(roleDefinition),
  erased(roleBindingDefinition),
  erased(clusterRoleDefinition),
  erased(clusterRoleBindingDefinition),
  erased(selfSubjectAccessReviewDefinition),
  erased(subjectAccessReviewDefinition),
  erased(localSubjectAccessReviewDefinition),
  erased(selfSubjectRulesReviewDefinition),
  erased(selfSubjectReviewDefinition),
  erased(tokenReviewDefinition),
];

const byGroupResource = new Map(definitions.map((each) => [groupResourceOf(each.resource), each]));

/** How the server treats a resource. Throws 404 for one that it does not have. */
export function definitionOf(resource: Resource): ResourceDefinition {
  const definition = byGroupResource.get(groupResourceOf(resource));
  if (!definition) {
    throw refusals.noSuchResource();
  }
  return definition;
}

/** The storage hands a definition only objects of its own resource, which is what makes this sound. */
function erased<T extends KubernetesObject>(definition: ResourceDefinition<T>): ResourceDefinition {
  return definition as unknown as ResourceDefinition;
}
