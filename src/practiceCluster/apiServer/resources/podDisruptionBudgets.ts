import type { IPodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import { podDisruptionBudgets } from "../../api/resources.ts";
import { ageColumn, nameColumn } from "./columns.ts";
import type { ResourceDefinition } from "./definition.ts";
import { numberColumn, statusSubresource, textColumn } from "./plain.ts";

/** policy/v1 PodDisruptionBudget. */
export const podDisruptionBudgetDefinition: ResourceDefinition<IPodDisruptionBudget> = {
  resource: podDisruptionBudgets,
  singularName: "poddisruptionbudget",
  shortNames: ["pdb"],
  subresources: [statusSubresource],
  hasStatus: true,
  generationOf: (budget) => budget.spec,
  columns: [
    nameColumn,
    textColumn<IPodDisruptionBudget>(
      "Min Available",
      "The minimum number of pods that must be available.",
      ({ spec }) => String(spec?.minAvailable ?? "N/A"),
    ),
    textColumn<IPodDisruptionBudget>(
      "Max Unavailable",
      "The maximum number of pods that may be unavailable.",
      ({ spec }) => String(spec?.maxUnavailable ?? "N/A"),
    ),
    numberColumn<IPodDisruptionBudget>(
      "Allowed Disruptions",
      "Calculated number of pods that may be disrupted at this time.",
      ({ status }) => status?.disruptionsAllowed ?? 0,
    ),
    ageColumn,
  ],
  prepareForCreate: (budget) => {
    budget.status = { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 };
  },
};
