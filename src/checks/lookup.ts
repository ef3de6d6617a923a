import type { ResourceSnapshot, WatchedResource, WatchProblem } from "../clusters/cluster.ts";
import type { KubernetesObject } from "../common/kubernetes/objects.ts";
import type { LocalizedText } from "../common/language.ts";
import type { Query } from "../lessons/check.ts";
import type { Variables } from "./cel.ts";

/** What is known of the cluster just now. Checks read it and never ask the cluster themselves. */
export interface ClusterView {
  snapshotOf(query: Query): ResourceSnapshot | undefined;
}

export type Looked =
  | { readonly state: "seen"; readonly variables: Variables }
  /** The first list is not in yet. */
  | { readonly state: "loading" }
  | { readonly state: "unknown"; readonly problem: WatchProblem };

/** The watch that answers a query in a namespace. */
export function watchedResource(query: Query, namespace: string): WatchedResource {
  const { apiVersion, plural, clusterScoped } = query;
  return clusterScoped ? { apiVersion, plural } : { apiVersion, plural, namespace };
}

/** Looks up every query: a named one gives the object or null, any other the list by name. */
export function lookUp(view: ClusterView, look: Readonly<Record<string, Query>>): Looked {
  const variables: Record<string, unknown> = {};
  for (const [name, query] of Object.entries(look)) {
    const snapshot = view.snapshotOf(query);
    if (snapshot?.problem) {
      return { state: "unknown", problem: snapshot.problem };
    }
    if (!snapshot?.synced) {
      return { state: "loading" };
    }
    variables[name] = select(query, snapshot);
  }
  return { state: "seen", variables };
}

function select(query: Query, snapshot: ResourceSnapshot): unknown {
  const objects = [...snapshot.objects.values()];
  if (query.name) {
    return objects.find(({ metadata }) => metadata?.name === query.name) ?? null;
  }
  return objects
    .filter((object) => hasLabels(object, query.labels ?? {}))
    .sort((left, right) => nameOf(left).localeCompare(nameOf(right), "en", { numeric: true }));
}

function hasLabels({ metadata }: KubernetesObject, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).every(([key, value]) => metadata?.labels?.[key] === value);
}

function nameOf({ metadata }: KubernetesObject): string {
  return metadata?.name ?? "";
}

/** The kubectl command that shows a learner what a check looks at. */
export function queryCommand(query: Query, namespace: string): string {
  const labels = Object.entries(query.labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return [
    "kubectl get",
    query.plural,
    query.name,
    labels.length > 0 ? `-l ${labels.join(",")}` : undefined,
    query.clusterScoped ? undefined : `-n ${namespace}`,
    query.name ? "-o yaml" : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(" ");
}

/** Why it cannot be told, and the one thing to do. */
export function problemWords(problem: WatchProblem): {
  readonly message: LocalizedText;
  readonly remedy: LocalizedText;
} {
  return watchProblems[problem.reason](problem.detail);
}

const watchProblems: Record<
  WatchProblem["reason"],
  (detail: string) => { readonly message: LocalizedText; readonly remedy: LocalizedText }
> = {
  unreachable: (detail) => ({
    message: {
      ja: `クラスタに接続できないため、確認できません（${detail}）。`,
      en: `The cluster does not answer, so this cannot be told (${detail}).`,
    },
    remedy: {
      ja: "クラスタを起動してください。つながりしだい、自動で確認を再開します。",
      en: "Start the cluster; checking goes on by itself as soon as it answers.",
    },
  }),
  forbidden: (detail) => ({
    message: {
      ja: `このリソースを見る権限がありません（${detail}）。`,
      en: `You may not look at this resource (${detail}).`,
    },
    remedy: {
      ja: "クラスタの管理者に get、list、watch の権限を依頼してください。",
      en: "Ask the cluster's administrator for get, list and watch on it.",
    },
  }),
  noSuchResource: (detail) => ({
    message: {
      ja: `このクラスタにはこのリソースがありません（${detail}）。`,
      en: `This cluster does not have that resource (${detail}).`,
    },
    remedy: {
      ja: "より新しいバージョンのクラスタでこのステップを開いてください。",
      en: "Open this step on a cluster of a newer version.",
    },
  }),
};
