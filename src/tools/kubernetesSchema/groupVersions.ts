/** A group version whose schema the practice cluster and the manifest help need. */
export interface SourceGroupVersion {
  /** Name of its document in api/openapi-spec/v3, without "_openapi.json". */
  readonly document: string;
  /** Go import path of its types, below a module that the importer is given. */
  readonly goPackage: string;
}

function builtIn(group: string, document: string, version = "v1"): SourceGroupVersion {
  return { document, goPackage: `k8s.io/api/${group}/${version}` };
}

function named(group: string, version = "v1"): SourceGroupVersion {
  const folder = group.split(".")[0] ?? group;
  return builtIn(folder, `apis__${group}__${version}`, version);
}

/** Every group version that is imported. */
export const sourceGroupVersions: readonly SourceGroupVersion[] = [
  builtIn("core", "api__v1"),
  named("apps"),
  named("batch"),
  named("policy"),
  named("storage.k8s.io"),
  named("discovery.k8s.io"),
  named("events.k8s.io"),
  named("networking.k8s.io"),
  { document: "apis__rbac.authorization.k8s.io__v1", goPackage: "k8s.io/api/rbac/v1" },
  named("scheduling.k8s.io"),
  named("coordination.k8s.io"),
  named("authentication.k8s.io"),
  named("authorization.k8s.io"),
  named("autoscaling"),
  named("autoscaling", "v2"),
  {
    document: "apis__apiextensions.k8s.io__v1",
    goPackage: "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1",
  },
  {
    document: "apis__apiregistration.k8s.io__v1",
    goPackage: "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1",
  },
];

/** Packages whose types the group versions refer to, or that name the types of the API's inside. */
export const sharedGoPackages: readonly string[] = ["k8s.io/apimachinery/pkg/apis/meta/v1"];

/** The API's inside types: what error messages print when they show a whole value. */
export const internalGoPackages: readonly string[] = [
  "k8s.io/kubernetes/pkg/apis/core",
  "k8s.io/kubernetes/pkg/apis/apps",
];
