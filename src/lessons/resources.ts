/** The resources that lessons may look at, by plural name as kubectl takes it. */
const knownResources: Readonly<
  Record<string, { readonly apiVersion: string; readonly clusterScoped?: true }>
> = {
  configmaps: { apiVersion: "v1" },
  controllerrevisions: { apiVersion: "apps/v1" },
  deployments: { apiVersion: "apps/v1" },
  endpointslices: { apiVersion: "discovery.k8s.io/v1" },
  events: { apiVersion: "v1" },
  networkpolicies: { apiVersion: "networking.k8s.io/v1" },
  nodes: { apiVersion: "v1", clusterScoped: true },
  persistentvolumeclaims: { apiVersion: "v1" },
  persistentvolumes: { apiVersion: "v1", clusterScoped: true },
  poddisruptionbudgets: { apiVersion: "policy/v1" },
  pods: { apiVersion: "v1" },
  replicasets: { apiVersion: "apps/v1" },
  secrets: { apiVersion: "v1" },
  services: { apiVersion: "v1" },
  statefulsets: { apiVersion: "apps/v1" },
  storageclasses: { apiVersion: "storage.k8s.io/v1", clusterScoped: true },
};

/** API version and scope of a resource by its plural; undefined for one that lessons do not know. */
export function knownResource(
  plural: string,
): { readonly apiVersion: string; readonly clusterScoped?: true } | undefined {
  return Object.hasOwn(knownResources, plural) ? knownResources[plural] : undefined;
}
