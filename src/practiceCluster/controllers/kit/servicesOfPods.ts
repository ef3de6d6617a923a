import type { IPod } from "kubernetes-models/v1/Pod";
import type { IService } from "kubernetes-models/v1/Service";
import type { ApiClient } from "../../api/apiClient.ts";
import { services } from "../../api/resources.ts";
import { keyOf } from "./keys.ts";
import { isReady } from "./podConditions.ts";
import { selectorMatches } from "./selectors.ts";
import { canonicalText } from "./templateHash.ts";

type Labels = Readonly<Record<string, string>>;

/** Which Services a Pod's change concerns: those that selected it and those that do now (GetPodUpdateProjectionKey). */
export class ServicesOfPods {
  readonly #client: ApiClient;
  readonly #known = new Map<string, { readonly essence: string; readonly labels: Labels }>();

  constructor(client: ApiClient) {
    this.#client = client;
  }

  /** The keys of the Services whose endpoints may change; none when nothing changed that endpoints show. */
  concernedBy(type: "ADDED" | "MODIFIED" | "DELETED", pod: IPod): string[] {
    const key = keyOf(pod);
    const before = this.#known.get(key);
    const labels = pod.metadata?.labels ?? {};
    const essence = essenceOf(pod);
    if (type === "DELETED") {
      this.#known.delete(key);
    } else if (before?.essence === essence) {
      return [];
    } else {
      this.#known.set(key, { essence, labels });
    }
    return this.#client
      .list(services, { namespace: pod.metadata?.namespace })
      .filter((service) => selects(service, labels) || (before && selects(service, before.labels)))
      .map(keyOf);
  }
}

/** Whether a Service selects Pods with such labels; one without a selector selects none. */
export function selects(service: IService, labels: Labels | undefined): boolean {
  const { selector } = service.spec ?? {};
  return selector !== undefined && selectorMatches({ matchLabels: selector }, labels);
}

function essenceOf(pod: IPod): string {
  const { labels, deletionTimestamp, uid } = pod.metadata ?? {};
  const { hostname, subdomain, nodeName } = pod.spec ?? {};
  const { phase, podIPs } = pod.status ?? {};
  return canonicalText([
    labels,
    deletionTimestamp,
    uid,
    hostname,
    subdomain,
    nodeName,
    phase,
    podIPs,
    isReady(pod),
  ]);
}
