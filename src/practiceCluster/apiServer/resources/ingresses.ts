import type { IIngress } from "kubernetes-models/networking.k8s.io/v1/Ingress";
import type { IIngressClass } from "kubernetes-models/networking.k8s.io/v1/IngressClass";
import type { Resource } from "../../api/resource.ts";
import { ageColumn, nameColumn } from "./columns.ts";
import type { ResourceDefinition } from "./definition.ts";
import { statusSubresource, textColumn } from "./plain.ts";

const group = { group: "networking.k8s.io", version: "v1" };
const ingresses: Resource<IIngress> = {
  ...group,
  resource: "ingresses",
  kind: "Ingress",
  namespaced: true,
};
const ingressClasses: Resource<IIngressClass> = {
  ...group,
  resource: "ingressclasses",
  kind: "IngressClass",
  namespaced: false,
};

/** networking.k8s.io/v1 Ingress: it is kept, and as on any cluster without an ingress controller nothing serves it. */
export const ingressDefinition: ResourceDefinition<IIngress> = {
  resource: ingresses,
  singularName: "ingress",
  shortNames: ["ing"],
  subresources: [statusSubresource],
  hasStatus: true,
  generationOf: ({ spec }) => spec,
  columns: [
    nameColumn,
    textColumn<IIngress>(
      "Class",
      "The name of the IngressClass resource that should be used for additional configuration",
      ({ spec }) => spec?.ingressClassName ?? "<none>",
    ),
    textColumn<IIngress>(
      "Hosts",
      "Hosts that incoming requests are matched against before the ingress rule",
      hosts,
    ),
    textColumn<IIngress>(
      "Address",
      "Address is a list containing ingress points for the load-balancer",
      ({ status }) =>
        (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || "").join(","),
    ),
    textColumn<IIngress>("Ports", "Ports of TLS configurations that open", ({ spec }) =>
      spec?.tls?.length ? "80, 443" : "80",
    ),
    ageColumn,
  ],
};

/** networking.k8s.io/v1 IngressClass. */
export const ingressClassDefinition: ResourceDefinition<IIngressClass> = {
  resource: ingressClasses,
  singularName: "ingressclass",
  generationOf: ({ spec }) => spec,
  columns: [
    {
      ...nameColumn,
      cell: ({ metadata }) =>
        metadata?.annotations?.["ingressclass.kubernetes.io/is-default-class"] === "true"
          ? `${metadata.name} (default)`
          : (metadata?.name ?? ""),
    },
    textColumn<IIngressClass>(
      "Controller",
      "Controller that is responsible for handling this class",
      ({ spec }) => spec?.controller ?? "",
    ),
    textColumn<IIngressClass>(
      "Parameters",
      "A reference to a resource with additional parameters",
      parameters,
    ),
    ageColumn,
  ],
};

function hosts({ spec }: IIngress): string {
  const rules = spec?.rules ?? [];
  const named = rules.flatMap(({ host }) => (host ? [host] : []));
  if (named.length === 0) {
    return "*";
  }
  const shown = named.slice(0, 3).join(",");
  return rules.length > 3 && named.length >= 3 ? `${shown} + ${rules.length - 3} more...` : shown;
}

function parameters({ spec }: IIngressClass): string {
  const reference = spec?.parameters;
  if (!reference) {
    return "<none>";
  }
  return `${reference.kind}${reference.apiGroup ? `.${reference.apiGroup}` : ""}/${reference.name}`;
}
