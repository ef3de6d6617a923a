import type { ApiClient } from "../api/apiClient.ts";
import { endpointSlices, services } from "../api/resources.ts";
import { type Endpoint, serviceNameLabel } from "../controllers/kit/sliceLabels.ts";

export interface Destination {
  readonly address: string;
  readonly port: number;
}

/** The endpoints behind each Service, as its EndpointSlices say. */
export class ServiceEndpoints {
  readonly #client: ApiClient;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  /** Those that are ready to be asked for by name; a missing condition counts as ready. */
  published(namespace: string, serviceName: string): Endpoint[] {
    return this.#slices(namespace, serviceName)
      .flatMap(({ endpoints = [] }) => endpoints)
      .filter(({ conditions }) => conditions?.ready !== false);
  }

  /**
   * Where a connection to a cluster IP and port goes, as kube-proxy chooses: a ready endpoint, else one that still
   * serves while it terminates. "none" when the Service has no such endpoint, undefined when no Service has the
   * address and port.
   */
  behind(clusterAddress: string, port: number): Destination | "none" | undefined {
    const service = this.#client
      .list(services)
      .find(({ spec }) => spec?.clusterIPs?.includes(clusterAddress));
    const servicePort = service?.spec?.ports?.find((each) => each.port === port);
    if (!service || !servicePort) {
      return undefined;
    }
    const { namespace = "", name = "" } = service.metadata ?? {};
    const candidates = this.#slices(namespace, name).flatMap(({ endpoints = [], ports = [] }) => {
      const target = ports.find((each) => (each.name ?? "") === (servicePort.name ?? ""));
      return endpoints.map((endpoint) => ({ endpoint, port: target?.port }));
    });
    const usable = candidates.filter((each) => each.port !== undefined);
    const ready = usable.filter(({ endpoint }) => endpoint.conditions?.ready !== false);
    const draining = usable.filter(
      ({ endpoint: { conditions } }) => conditions?.serving && conditions.terminating,
    );
    const choice = ready.length > 0 ? ready : draining;
    const chosen = choice[Math.floor(Math.random() * choice.length)];
    return chosen ? { address: chosen.endpoint.addresses[0] ?? "", port: chosen.port ?? port } : "none";
  }

  #slices(namespace: string, serviceName: string) {
    const labelSelector = `${serviceNameLabel}=${serviceName}`;
    return this.#client.list(endpointSlices, { namespace, labelSelector });
  }
}
