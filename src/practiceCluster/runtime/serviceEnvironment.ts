import type { IPod } from "kubernetes-models/v1/Pod";
import type { IService } from "kubernetes-models/v1/Service";
import type { ApiClient } from "../api/apiClient.ts";
import { services } from "../api/resources.ts";

/**
 * The variables that tell a container of the Services with an address: the API server's always, those of its own
 * namespace with enableServiceLinks (pkg/kubelet/envvars). They stay as they were when the container started.
 */
export function serviceEnvironment(client: ApiClient, pod: IPod): Record<string, string> {
  const master = client.find(services, { namespace: "default", name: "kubernetes" });
  const own =
    (pod.spec?.enableServiceLinks ?? true)
      ? client.list(services, { namespace: pod.metadata?.namespace })
      : [];
  const shown = [
    ...own.filter(({ metadata }) => metadata?.name !== "kubernetes"),
    ...(master ? [master] : []),
  ];
  return Object.fromEntries(shown.flatMap(variablesOf));
}

function variablesOf({ metadata, spec }: IService): [string, string][] {
  const address = spec?.clusterIP ?? "";
  const [first] = spec?.ports ?? [];
  if (!first || address === "" || address === "None") {
    return [];
  }
  const prefix = (metadata?.name ?? "").toUpperCase().replaceAll("-", "_");
  const url = (port: number, protocol = "TCP") => `${protocol.toLowerCase()}://${address}:${port}`;
  const named = (spec?.ports ?? []).flatMap(({ name, port }): [string, string][] =>
    name ? [[`${prefix}_SERVICE_PORT_${name.toUpperCase().replaceAll("-", "_")}`, String(port)]] : [],
  );
  const links = (spec?.ports ?? []).flatMap(({ port, protocol = "TCP" }): [string, string][] => {
    const link = `${prefix}_PORT_${port}_${protocol}`;
    return [
      [link, url(port, protocol)],
      [`${link}_PROTO`, protocol.toLowerCase()],
      [`${link}_PORT`, String(port)],
      [`${link}_ADDR`, address],
    ];
  });
  return [
    [`${prefix}_SERVICE_HOST`, address],
    [`${prefix}_SERVICE_PORT`, String(first.port)],
    ...named,
    [`${prefix}_PORT`, url(first.port, first.protocol)],
    ...links,
  ];
}
