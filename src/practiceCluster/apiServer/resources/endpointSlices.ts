import type { IEndpointSlice } from "kubernetes-models/discovery.k8s.io/v1/EndpointSlice";
import { endpointSlices } from "../../api/resources.ts";
import { ageColumn, nameColumn } from "./columns.ts";
import type { ResourceDefinition } from "./definition.ts";
import { firstThree, textColumn } from "./plain.ts";

/** discovery.k8s.io/v1 EndpointSlice. */
export const endpointSliceDefinition: ResourceDefinition<IEndpointSlice> = {
  resource: endpointSlices,
  singularName: "endpointslice",
  generationOf: ({ addressType, endpoints, ports }) => ({ addressType, endpoints, ports }),
  columns: [
    nameColumn,
    textColumn<IEndpointSlice>("AddressType", ["EndpointSlice", "addressType"], (slice) => slice.addressType),
    textColumn<IEndpointSlice>(
      "Ports",
      ["EndpointSlice", "ports"],
      ({ ports }) =>
        firstThree((ports ?? []).map(({ port, name }) => String(port ?? name ?? "*"))) || "<unset>",
    ),
    textColumn<IEndpointSlice>(
      "Endpoints",
      ["EndpointSlice", "endpoints"],
      ({ endpoints }) => firstThree((endpoints ?? []).flatMap(({ addresses }) => addresses)) || "<unset>",
    ),
    ageColumn,
  ],
};
