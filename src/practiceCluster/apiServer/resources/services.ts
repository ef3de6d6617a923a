import type { IService } from "kubernetes-models/v1/Service";
import { services } from "../../api/resources.ts";
import { ageColumn, nameColumn, selectorText } from "./columns.ts";
import type { ResourceDefinition } from "./definition.ts";
import { statusSubresource, textColumn } from "./plain.ts";

/** v1 Service (pkg/registry/core/service). */
export const serviceDefinition: ResourceDefinition<IService> = {
  resource: services,
  singularName: "service",
  shortNames: ["svc"],
  categories: ["all"],
  subresources: [
    {
      name: "proxy",
      verbs: ["create", "delete", "get", "patch", "update"],
      kind: "ServiceProxyOptions",
    },
    statusSubresource,
  ],
  hasStatus: true,
  columns: [
    nameColumn,
    textColumn<IService>("Type", ["ServiceSpec", "type"], ({ spec }) => spec?.type ?? ""),
    textColumn<IService>(
      "Cluster-IP",
      ["ServiceSpec", "clusterIP"],
      ({ spec }) => spec?.clusterIPs?.[0] ?? "<none>",
    ),
    textColumn<IService>("External-IP", ["ServiceSpec", "externalIPs"], externalAddress),
    textColumn<IService>("Port(s)", ["ServiceSpec", "ports"], portsText),
    ageColumn,
    textColumn<IService>(
      "Selector",
      ["ServiceSpec", "selector"],
      ({ spec }) => selectorText({ matchLabels: spec?.selector ?? {} }),
      1,
    ),
  ],
  selectableFields: (object) => {
    const { spec } = object as IService;
    return { "spec.clusterIP": spec?.clusterIP ?? "", "spec.type": spec?.type ?? "" };
  },
  prepareForCreate: (service) => {
    service.status = { loadBalancer: {} };
  },
};

function externalAddress({ spec, status }: IService): string {
  const external = spec?.externalIPs ?? [];
  switch (spec?.type) {
    case "ExternalName":
      return spec.externalName ?? "";
    case "LoadBalancer": {
      const ingress = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || "");
      return [...ingress, ...external].join(",") || "<pending>";
    }
    default:
      return external.join(",") || "<none>";
  }
}

function portsText({ spec }: IService): string {
  const ports = (spec?.ports ?? []).map(({ port, nodePort, protocol }) =>
    nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  );
  return ports.join(",") || "<none>";
}
