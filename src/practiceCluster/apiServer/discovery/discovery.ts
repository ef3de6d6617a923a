import { createHash } from "node:crypto";
import type { JsonObject } from "../../../common/kubernetes/objects.ts";
import type { ResourceDefinition, Subresource } from "../resources/definition.ts";

/** What every stored resource can be asked for. Namespaces go one by one: each deletion empties one. */
const verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

/** The same for custom resources, in the order in which that part of the server names them. */
const customVerbs = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];

/** Groups in the order in which the server names them. */
const groupOrder = [
  "apps",
  "events.k8s.io",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "autoscaling",
  "batch",
  "networking.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "storage.k8s.io",
  "apiextensions.k8s.io",
  "scheduling.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
];

/** Answers what the server has, plain and aggregated, from the definitions of its resources. */
export class Discovery {
  readonly #registry: { readonly definitions: readonly ResourceDefinition[] };

  constructor(registry: { readonly definitions: readonly ResourceDefinition[] }) {
    this.#registry = registry;
  }

  get #definitions(): readonly ResourceDefinition[] {
    return this.#registry.definitions;
  }

  /** GET /api */
  coreVersions(address: string): JsonObject {
    return {
      kind: "APIVersions",
      versions: ["v1"],
      serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: address }],
    };
  }

  /** GET /apis */
  groups(): JsonObject {
    return {
      kind: "APIGroupList",
      apiVersion: "v1",
      groups: this.#groupNames().map((name) => {
        const { kind: _kind, apiVersion: _apiVersion, ...group } = this.#describeGroup(name);
        return group;
      }),
    };
  }

  /** GET /apis/GROUP; undefined for a group that is not served. */
  group(name: string): JsonObject | undefined {
    return this.#groupNames().includes(name) ? this.#describeGroup(name) : undefined;
  }

  /** GET /api/v1 and /apis/GROUP/VERSION; undefined for a version that is not served. */
  resources(group: string, version: string): JsonObject | undefined {
    const own = this.#ofVersion(group, version);
    if (own.length === 0) {
      return undefined;
    }
    const groupVersion = group === "" ? version : `${group}/${version}`;
    const resources = own.flatMap((definition) => [
      describeResource(definition),
      ...(definition.subresources ?? []).map((subresource) => describeSubresource(definition, subresource)),
    ]);
    return {
      kind: "APIResourceList",
      ...(group === "" ? {} : { apiVersion: "v1" }),
      groupVersion,
      resources: resources.sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1)),
    };
  }

  /** GET /api ("core") and /apis ("named") as one list with everything in it. */
  aggregated(part: "core" | "named"): JsonObject {
    const names = part === "core" ? [""] : this.#groupNames();
    return {
      kind: "APIGroupDiscoveryList",
      apiVersion: "apidiscovery.k8s.io/v2",
      metadata: {},
      items: names.map((name) => ({
        metadata: { ...(name ? { name } : {}), creationTimestamp: null },
        versions: this.#versionsOf(name).map((version) => ({
          version,
          freshness: "Current",
          resources: this.#ofVersion(name, version).map(aggregatedResource),
        })),
      })),
    };
  }

  #groupNames(): string[] {
    const named = new Set(
      this.#definitions.map(({ resource }) => resource.group).filter((group) => group !== ""),
    );
    const place = (name: string) =>
      groupOrder.includes(name) ? groupOrder.indexOf(name) : groupOrder.length;
    return [...named].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
  }

  #versionsOf(group: string): string[] {
    const versions = this.#definitions.filter(({ resource }) => resource.group === group);
    return [...new Set(versions.map(({ resource }) => resource.version))];
  }

  #ofVersion(group: string, version: string): ResourceDefinition[] {
    return this.#definitions
      .filter(({ resource }) => resource.group === group && resource.version === version)
      .sort((a, b) => (a.resource.resource < b.resource.resource ? -1 : 1));
  }

  #describeGroup(name: string): JsonObject {
    const versions = this.#versionsOf(name).map((version) => ({
      groupVersion: `${name}/${version}`,
      version,
    }));
    return {
      kind: "APIGroup",
      apiVersion: "v1",
      name,
      versions,
      preferredVersion: versions[0] ?? { groupVersion: "", version: "" },
    };
  }
}

function verbsOf({ resource, answer, custom }: ResourceDefinition): string[] {
  if (answer) {
    return ["create"];
  }
  if (custom) {
    return [...customVerbs];
  }
  return resource.resource === "namespaces" ? verbs.filter((verb) => verb !== "deletecollection") : verbs;
}

function describeResource(definition: ResourceDefinition): JsonObject {
  const { resource, singularName, shortNames, categories } = definition;
  return {
    name: resource.resource,
    singularName,
    namespaced: resource.namespaced,
    kind: resource.kind,
    verbs: verbsOf(definition),
    ...(shortNames ? { shortNames: [...shortNames] } : {}),
    ...(categories ? { categories: [...categories] } : {}),
    ...(definition.answer ? {} : { storageVersionHash: storageVersionHash(definition) }),
  };
}

function describeSubresource({ resource }: ResourceDefinition, subresource: Subresource): JsonObject {
  const { name, verbs: own, kind = resource.kind, group, version } = subresource;
  return {
    name: `${resource.resource}/${name}`,
    singularName: "",
    namespaced: resource.namespaced,
    ...(group ? { group } : {}),
    ...(version ? { version } : {}),
    kind,
    verbs: [...own],
  };
}

function aggregatedResource(definition: ResourceDefinition): JsonObject {
  const { resource, singularName, shortNames, categories, subresources } = definition;
  return {
    resource: resource.resource,
    responseKind: { group: "", version: "", kind: resource.kind },
    scope: resource.namespaced ? "Namespaced" : "Cluster",
    singularResource: singularName,
    verbs: verbsOf(definition),
    ...(shortNames ? { shortNames: [...shortNames] } : {}),
    ...(categories ? { categories: [...categories] } : {}),
    ...(subresources?.length
      ? {
          subresources: [...subresources]
            .sort((a, b) => (a.name < b.name ? -1 : 1))
            .map(({ name, verbs: own, kind = resource.kind, group = "", version = "" }) => ({
              subresource: name,
              responseKind: { group, version, kind },
              verbs: [...own],
            })),
        }
      : {}),
  };
}

/** The hash by which the server says in which form a resource is stored (apiserver's discovery.StorageVersionHash). */
function storageVersionHash({ resource }: ResourceDefinition): string {
  const text = `${resource.group}/${resource.version}/${resource.kind}`;
  return createHash("sha256").update(text).digest().subarray(0, 8).toString("base64");
}
