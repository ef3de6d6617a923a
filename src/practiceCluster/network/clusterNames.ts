import type { ApiClient } from "../api/apiClient.ts";
import { namespaces, services } from "../api/resources.ts";
import type { DnsAnswer } from "../programs/program.ts";
import type { ServiceEndpoints } from "./serviceEndpoints.ts";

const clusterDomain = "cluster.local";

/** The names of a Pod's resolv.conf search list, in order. */
export function searchList(namespace: string): readonly string[] {
  return [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
}

/**
 * What the cluster's DNS knows: `SERVICE.NAMESPACE.svc.cluster.local`, and `HOSTNAME.SERVICE…` for the endpoints of a
 * headless Service (the CoreDNS plugin "kubernetes"). Answers from the live objects, so it is never stale.
 */
export class ClusterNames {
  readonly #client: ApiClient;
  readonly #endpoints: ServiceEndpoints;

  constructor(client: ApiClient, endpoints: ServiceEndpoints) {
    this.#client = client;
    this.#endpoints = endpoints;
  }

  /** One query for a full name, as asked. */
  query(name: string): DnsAnswer {
    const labels = name.toLowerCase().replace(/\.$/, "").split(".");
    const addresses = this.#addresses(labels);
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

  #addresses(labels: readonly string[]): readonly string[] | undefined {
    const zone = labels.slice(-3).join(".");
    const [first = "", second = "", third = "", ...more] = labels.slice(0, -3);
    const count = labels.length - 3;
    if (zone === `pod.${clusterDomain}` && count === 2) {
      return this.#podAddress(first, second);
    }
    if (zone !== `svc.${clusterDomain}` || more.length > 0) {
      return undefined;
    }
    return count === 2
      ? this.#service(first, second)
      : count === 3
        ? this.#hostname(first, second, third)
        : undefined;
  }

  /** `10-244-0-5.NAMESPACE.pod…` is the address it says, in any namespace there is ("pods insecure"). */
  #podAddress(dashed: string, namespace: string): string[] | undefined {
    const isAddress = /^\d+(-\d+){3}$/.test(dashed) && this.#client.find(namespaces, { name: namespace });
    return isAddress ? [dashed.replaceAll("-", ".")] : undefined;
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
    const found = this.#endpoints.published(namespace, name).flatMap(({ addresses }) => addresses);
    return found.length > 0 ? found : undefined;
  }

  #hostname(hostname: string, serviceName: string, namespace: string): string[] | undefined {
    const found = this.#endpoints
      .published(namespace, serviceName)
      .flatMap((endpoint) =>
        endpoint.addresses.filter(
          (address) => (endpoint.hostname ?? address.replaceAll(".", "-")) === hostname,
        ),
      );
    return found.length > 0 ? found : undefined;
  }
}
