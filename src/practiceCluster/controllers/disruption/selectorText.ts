import type { IPodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";

type Selector = NonNullable<IPodDisruptionBudget["spec"]>["selector"];

/** A label selector as the generated Go types print themselves. */
export function selectorText(selector: Selector): string {
  if (!selector) {
    return "nil";
  }
  const { matchLabels, matchExpressions = [] } = selector;
  const labels = Object.entries(matchLabels ?? {})
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => `${key}: ${value},`)
    .join("");
  const expressions = matchExpressions
    .map(({ key, operator, values = [] }) => `{${key} ${operator} [${values.join(" ")}]},`)
    .join("");
  return `&LabelSelector{MatchLabels:map[string]string{${labels}},MatchExpressions:[]LabelSelectorRequirement{${expressions}},}`;
}
