import type { INode } from "kubernetes-models/v1/Node";

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

interface NodeTerm {
  readonly matchExpressions?: readonly Requirement[];
  readonly matchFields?: readonly Requirement[];
}

/**
 * Whether one of a node selector's terms matches the node (component-helpers, scheduling/corev1/nodeaffinity).
 * An empty term matches no node.
 */
export function nodeTermsMatch(terms: readonly NodeTerm[], node: INode): boolean {
  const fields = { "metadata.name": node.metadata?.name ?? "" };
  const labels = node.metadata?.labels ?? {};
  return terms.some(
    ({ matchExpressions = [], matchFields = [] }) =>
      matchExpressions.length + matchFields.length > 0 &&
      matchExpressions.every((each) => holds(each, labels)) &&
      matchFields.every((each) => holds(each, fields)),
  );
}

function holds({ key, operator, values = [] }: Requirement, labels: Record<string, string>): boolean {
  const value = labels[key];
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return value !== undefined && Number(value) > Number(values[0]);
    case "Lt":
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
}
