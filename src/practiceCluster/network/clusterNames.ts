import type { IPod } from "kubernetes-models/v1/Pod";
import type { ApiClient } from "../api/apiClient.ts";
import { pods, services } from "../api/resources.ts";
import { isReady } from "../controllers/kit/podConditions.ts";
import { selectorMatches } from "../controllers/kit/selectors.ts";
import type { DnsAnswer } from "../programs/program.ts";

const clusterDomain = "cluster.local";

/** The names of a Pod's resolv.conf search list, in order. */
export function searchList(namespace: string): readonly string[] {
  return [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
}

/**
 * What the cluster's DNS knows: `SERVICE.NAMESPACE.svc.cluster.local`, and `HOSTNAME.SERVICE…` for the Pods of a
 * headless Service (the CoreDNS plugin "kubernetes"). Answers from the live objects, so it is never stale.
 */
export class ClusterNames {
  readonly #client: ApiClient;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  /** One query for a full name, as asked. */
  query(name: string): DnsAnswer {
    const labels = name.toLowerCase().replace(/\.$/, "").split(".");
    const isOurs = labels.slice(-3).join(".") === `svc.${clusterDomain}`;
    const [first = "", second = "", third] = labels.slice(0, -3);
    const count = labels.length - 3;
    const addresses = !isOurs
      ? undefined
      : count === 2
        ? this.#service(first, second)
        : count === 3
          ? this.#hostname(first, second, third ?? "")
          : undefined;
    if (!addresses) {
      return { code: "NXDOMAIN", records: [] };
    }
    return { code: "NOERROR", records: addresses.map((data) => ({ name, type: "A", data })) };
  }

  /** As a resolver with the namespace's search list and ndots:5. */
  resolve(name: string, namespace: string): readonly string[] {
    const dots = name.replace(/\.$/, "").split(".").length - 1;
    const suffixed = searchList(namespace).map((suffix) => `${name}.${suffix}`);
    const candidates = name.endsWith(".") ? [name] : dots >= 5 ? [name, ...suffixed] : [...suffixed, name];
    for (const candidate of candidates) {
      const { records } = this.query(candidate);
      if (records.length > 0) {
        return records.map(({ data }) => data);
      }
    }
    return [];
  }

  /** The address of a ready Pod behind a cluster IP and port; undefined when nothing is behind it. */
  behind(clusterAddress: string, port: number): { address: string; port: number } | undefined {
    const service = this.#client.list(services).find(({ spec }) => spec?.clusterIP === clusterAddress);
    const servicePort = service?.spec?.ports?.find((each) => each.port === port);
    const { namespace, name = "" } = service?.metadata ?? {};
    const candidates = this.#members(namespace ?? "", name, false);
    const chosen = candidates[Math.floor(Math.random() * candidates.length)];
    const target = servicePort?.targetPort ?? port;
    return chosen && { address: chosen.status?.podIP ?? "", port: portOf(chosen, target) };
  }

  #service(name: string, namespace: string): string[] | undefined {
    const service = this.#client.find(services, { namespace, name });
    const address = service?.spec?.clusterIP;
    if (!service || !address) {
      return undefined;
    }
    if (address !== "None") {
      return [address];
    }
    const members = this.#members(namespace, name, service.spec?.publishNotReadyAddresses ?? false);
    return members.length > 0 ? members.map(({ status }) => status?.podIP ?? "") : undefined;
  }

  #hostname(hostname: string, serviceName: string, namespace: string): string[] | undefined {
    const service = this.#client.find(services, { namespace, name: serviceName });
    if (service?.spec?.clusterIP !== "None") {
      return undefined;
    }
    const found = this.#members(namespace, serviceName, service.spec.publishNotReadyAddresses ?? false).find(
      ({ spec }) => spec?.hostname === hostname && spec.subdomain === serviceName,
    );
    return found && [found.status?.podIP ?? ""];
  }

  #members(namespace: string, serviceName: string, withUnready: boolean): IPod[] {
    const selector = this.#client.find(services, { namespace, name: serviceName })?.spec?.selector;
    if (!selector) {
      return [];
    }
    return this.#client
      .list(pods, { namespace })
      .filter((pod) => selectorMatches({ matchLabels: selector }, pod.metadata?.labels) && pod.status?.podIP)
      .filter((pod) => withUnready || (isReady(pod) && !pod.metadata?.deletionTimestamp));
  }
}

function portOf(pod: IPod, target: string | number): number {
  if (typeof target === "number") {
    return target;
  }
  const ports = (pod.spec?.containers ?? []).flatMap(({ ports: own = [] }) => own);
  return ports.find(({ name }) => name === target)?.containerPort ?? Number(target);
}
