import type { IEndpoints } from "kubernetes-models/v1/Endpoints";
import { endpoints } from "../../api/resources.ts";
import { ageColumn, nameColumn } from "./columns.ts";
import type { ResourceDefinition } from "./definition.ts";
import { firstThree, textColumn } from "./plain.ts";

/** v1 Endpoints (pkg/registry/core/endpoint). */
export const endpointsDefinition: ResourceDefinition<IEndpoints> = {
  resource: endpoints,
  singularName: "endpoints",
  shortNames: ["ep"],
  deprecation: "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
  columns: [
    nameColumn,
    textColumn<IEndpoints>("Endpoints", ["Endpoints", "subsets"], endpointsText),
    ageColumn,
  ],
};

function endpointsText({ subsets = [] }: IEndpoints): string {
  if (subsets.length === 0) {
    return "<none>";
  }
  const addresses = subsets.flatMap(({ addresses: ready = [], ports = [] }) =>
    ports.length === 0
      ? ready.map(({ ip }) => ip)
      : ports.flatMap(({ port }) => ready.map(({ ip }) => `${ip}:${port}`)),
  );
  return firstThree(addresses);
}
