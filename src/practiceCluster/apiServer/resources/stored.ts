import type { ILease } from "kubernetes-models/coordination.k8s.io/v1/Lease";
import type { INetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import type { IPriorityClass } from "kubernetes-models/scheduling.k8s.io/v1/PriorityClass";
import type { ILimitRange } from "kubernetes-models/v1/LimitRange";
import { leases, limitRanges, networkPolicies, priorityClasses } from "../../api/resources.ts";
import { ageColumn, createdAtColumn, nameColumn, selectorText } from "./columns.ts";
import type { ResourceDefinition } from "./definition.ts";
import { numberColumn, textColumn } from "./plain.ts";

/** coordination.k8s.io/v1 Lease. */
export const leaseDefinition: ResourceDefinition<ILease> = {
  resource: leases,
  singularName: "lease",
  columns: [
    nameColumn,
    textColumn<ILease>("Holder", ["LeaseSpec", "holderIdentity"], ({ spec }) => spec?.holderIdentity ?? ""),
    ageColumn,
  ],
};

/** v1 LimitRange. */
export const limitRangeDefinition: ResourceDefinition<ILimitRange> = {
  resource: limitRanges,
  singularName: "limitrange",
  shortNames: ["limits"],
  columns: [nameColumn, createdAtColumn],
};

/** networking.k8s.io/v1 NetworkPolicy. */
export const networkPolicyDefinition: ResourceDefinition<INetworkPolicy> = {
  resource: networkPolicies,
  singularName: "networkpolicy",
  shortNames: ["netpol"],
  generationOf: (policy) => policy.spec,
  columns: [
    nameColumn,
    textColumn<INetworkPolicy>("Pod-Selector", ["NetworkPolicySpec", "podSelector"], ({ spec }) =>
      selectorText(spec?.podSelector),
    ),
    ageColumn,
  ],
};

/** scheduling.k8s.io/v1 PriorityClass. */
export const priorityClassDefinition: ResourceDefinition<IPriorityClass> = {
  resource: priorityClasses,
  singularName: "priorityclass",
  shortNames: ["pc"],
  columns: [
    nameColumn,
    numberColumn<IPriorityClass>("Value", ["PriorityClass", "value"], ({ value }) => value ?? 0),
    {
      ...textColumn<IPriorityClass>(
        "Global-Default",
        ["PriorityClass", "globalDefault"],
        ({ globalDefault }) => globalDefault ?? false,
      ),
      type: "boolean",
    },
    ageColumn,
    textColumn<IPriorityClass>(
      "PreemptionPolicy",
      ["PriorityClass", "preemptionPolicy"],
      ({ preemptionPolicy }) => preemptionPolicy ?? "PreemptLowerPriority",
    ),
  ],
};
