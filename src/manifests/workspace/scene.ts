import type { KubernetesObject } from "../../common/kubernetes/objects.ts";
import type { ManifestObject } from "../source/manifestObject.ts";

/** What a cluster holds, as far as the manifests speak of it. Looked up, never asked for: rules are pure. */
export interface LiveState {
  /** The namespace for objects that name none. */
  readonly namespace: string;
  get(
    apiVersion: string,
    kind: string,
    namespace: string | undefined,
    name: string,
  ): KubernetesObject | undefined;
  list(apiVersion: string, kind: string, namespace?: string): readonly KubernetesObject[];
}

/** Everything that a rule may look at: the manifests that belong together, and the cluster where there is one. */
export class Scene {
  readonly objects: readonly ManifestObject[];
  readonly live: LiveState | undefined;
  readonly #byKind = new Map<string, ManifestObject[]>();

  constructor(objects: readonly ManifestObject[], live?: LiveState) {
    this.objects = objects;
    this.live = live;
    for (const object of objects.filter(({ isBuiltIn }) => isBuiltIn)) {
      const list = this.#byKind.get(object.kind) ?? [];
      list.push(object);
      this.#byKind.set(object.kind, list);
    }
  }

  /** The manifests of that kind of Kubernetes in the namespace of `beside` (an unnamed namespace is the same for all). */
  neighbours(kind: string, beside: ManifestObject): readonly ManifestObject[] {
    return (this.#byKind.get(kind) ?? []).filter((object) => sameNamespace(object, beside));
  }

  /** The manifest of that kind and name in the namespace of `beside`. */
  neighbour(kind: string, name: string, beside: ManifestObject): ManifestObject | undefined {
    return this.neighbours(kind, beside).find((object) => object.name === name);
  }

  /** The cluster's object for `object`: same kind, namespace and name. */
  liveOf(object: ManifestObject): KubernetesObject | undefined {
    return object.name === ""
      ? undefined
      : this.live?.get(object.apiVersion, object.kind, object.namespace ?? this.live.namespace, object.name);
  }

  /** The cluster's object of that kind and name in the namespace of `beside`. */
  liveNeighbour(
    apiVersion: string,
    kind: string,
    name: string,
    beside: ManifestObject,
  ): KubernetesObject | undefined {
    return this.live?.get(apiVersion, kind, beside.namespace ?? this.live.namespace, name);
  }
}

function sameNamespace(one: ManifestObject, other: ManifestObject): boolean {
  return (one.namespace ?? "") === (other.namespace ?? "");
}
