import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import { deployments } from "../../api/resources.ts";
import { ageColumn, nameColumn, selectorText, templateColumns } from "./columns.ts";
import type { ResourceDefinition } from "./definition.ts";
import { numberColumn, scaleSubresource, statusSubresource, textColumn } from "./plain.ts";

/** apps/v1 Deployment (pkg/registry/apps/deployment). */
export const deploymentDefinition: ResourceDefinition<IDeployment> = {
  resource: deployments,
  singularName: "deployment",
  shortNames: ["deploy"],
  categories: ["all"],
  subresources: [scaleSubresource, statusSubresource],
  hasStatus: true,
  // annotations are copied to ReplicaSets, so a change of them is one to be observed
  generationOf: ({ spec, metadata }) => ({ spec, annotations: metadata?.annotations ?? {} }),
  statusMetadata: ["annotations"],
  scale: {
    replicas: (deployment) => deployment.spec?.replicas ?? 0,
    statusReplicas: (deployment) => deployment.status?.replicas ?? 0,
    selector: (deployment) => selectorText(deployment.spec?.selector),
    setReplicas: (deployment, replicas) => ({
      ...deployment,
      spec: { ...(deployment.spec ?? { selector: {}, template: {} }), replicas },
    }),
  },
  columns: [
    nameColumn,
    textColumn<IDeployment>(
      "Ready",
      "Number of the pod with ready state",
      ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
    ),
    numberColumn<IDeployment>(
      "Up-to-date",
      ["DeploymentStatus", "updatedReplicas"],
      ({ status }) => status?.updatedReplicas ?? 0,
    ),
    numberColumn<IDeployment>(
      "Available",
      ["DeploymentStatus", "availableReplicas"],
      ({ status }) => status?.availableReplicas ?? 0,
    ),
    ageColumn,
    ...templateColumns<IDeployment>((deployment) => deployment.spec?.template?.spec?.containers ?? []),
    textColumn<IDeployment>(
      "Selector",
      ["DeploymentSpec", "selector"],
      (deployment) => selectorText(deployment.spec?.selector),
      1,
    ),
  ],
  prepareForCreate: (deployment) => {
    deployment.status = {};
  },
};
