import type { IReplicaSet } from "kubernetes-models/apps/v1/ReplicaSet";
import { replicaSets } from "../../api/resources.ts";
import { ageColumn, nameColumn, selectorText, templateColumns } from "./columns.ts";
import type { ResourceDefinition } from "./definition.ts";
import { numberColumn, scaleSubresource, statusSubresource, textColumn } from "./plain.ts";

/** apps/v1 ReplicaSet (pkg/registry/apps/replicaset). */
export const replicaSetDefinition: ResourceDefinition<IReplicaSet> = {
  resource: replicaSets,
  singularName: "replicaset",
  shortNames: ["rs"],
  categories: ["all"],
  subresources: [scaleSubresource, statusSubresource],
  hasStatus: true,
  generationOf: (set) => set.spec,
  scale: {
    replicas: (set) => set.spec?.replicas ?? 0,
    statusReplicas: (set) => set.status?.replicas ?? 0,
    selector: (set) => selectorText(set.spec?.selector),
    setReplicas: (set, replicas) => ({ ...set, spec: { ...(set.spec ?? { selector: {} }), replicas } }),
  },
  columns: [
    nameColumn,
    numberColumn<IReplicaSet>("Desired", ["ReplicaSetSpec", "replicas"], ({ spec }) => spec?.replicas ?? 0),
    numberColumn<IReplicaSet>(
      "Current",
      ["ReplicaSetStatus", "replicas"],
      ({ status }) => status?.replicas ?? 0,
    ),
    numberColumn<IReplicaSet>(
      "Ready",
      ["ReplicaSetStatus", "readyReplicas"],
      ({ status }) => status?.readyReplicas ?? 0,
    ),
    ageColumn,
    ...templateColumns<IReplicaSet>((set) => set.spec?.template?.spec?.containers ?? []),
    textColumn<IReplicaSet>(
      "Selector",
      ["ReplicaSetSpec", "selector"],
      (set) => selectorText(set.spec?.selector),
      1,
    ),
  ],
  prepareForCreate: (set) => {
    set.status = { replicas: 0 };
  },
};
