import type { ResourceSnapshot, WatchHub } from "../../clusters/cluster.ts";
import type { Disposable } from "../../common/disposable.ts";
import { DisposableList } from "../../common/disposable.ts";
import type { KubernetesObject } from "../../common/kubernetes/objects.ts";
import type { LiveState } from "../workspace/scene.ts";

/** Where the live state comes from: the lesson cluster, while it is open. */
export interface LiveCluster {
  readonly watches: WatchHub;
  /** The namespace of objects that name none. */
  readonly namespace: string;
}

/** What rules, lenses and hovers look at. Secrets are left out: nobody here needs their values. */
const watched = [
  { apiVersion: "apps/v1", plural: "statefulsets", kind: "StatefulSet", namespaced: true },
  { apiVersion: "apps/v1", plural: "deployments", kind: "Deployment", namespaced: true },
  { apiVersion: "v1", plural: "pods", kind: "Pod", namespaced: true },
  { apiVersion: "v1", plural: "services", kind: "Service", namespaced: true },
  { apiVersion: "v1", plural: "persistentvolumeclaims", kind: "PersistentVolumeClaim", namespaced: true },
  { apiVersion: "v1", plural: "configmaps", kind: "ConfigMap", namespaced: true },
  { apiVersion: "policy/v1", plural: "poddisruptionbudgets", kind: "PodDisruptionBudget", namespaced: true },
  { apiVersion: "storage.k8s.io/v1", plural: "storageclasses", kind: "StorageClass", namespaced: false },
  { apiVersion: "v1", plural: "nodes", kind: "Node", namespaced: false },
] as const;

/** Follows one namespace of the lesson cluster and offers it as a state that rules can look things up in. */
export class LiveView implements Disposable {
  readonly #parts = new DisposableList();
  readonly #snapshots = new Map<string, ResourceSnapshot>();
  readonly #namespace: string;

  /** `changed` is called after every change, and once when everything has been listed. */
  constructor({ watches, namespace }: LiveCluster, changed: () => void) {
    this.#namespace = namespace;
    for (const { apiVersion, plural, kind, namespaced } of watched) {
      const resource = { apiVersion, plural, ...(namespaced ? { namespace } : {}) };
      this.#parts.add(
        watches.observe(resource, {
          changed: (snapshot) => {
            this.#snapshots.set(`${apiVersion}/${kind}`, snapshot);
            changed();
          },
        }),
      );
    }
  }

  dispose(): void {
    this.#parts.dispose();
  }

  /** The state, once every resource has been listed and as long as all can be asked; a rule must not mistake "not seen yet" for "not there". */
  get state(): LiveState | undefined {
    const isKnown = watched.every(({ apiVersion, kind }) => {
      const snapshot = this.#snapshots.get(`${apiVersion}/${kind}`);
      return snapshot?.synced === true && snapshot.problem === undefined;
    });
    return isKnown
      ? {
          namespace: this.#namespace,
          get: (apiVersion, kind, namespace, name) => this.#get(apiVersion, kind, namespace, name),
          list: (apiVersion, kind, namespace) => this.#list(apiVersion, kind, namespace),
        }
      : undefined;
  }

  #get(apiVersion: string, kind: string, namespace: string | undefined, name: string) {
    const objects = this.#snapshots.get(`${apiVersion}/${kind}`)?.objects;
    return objects?.get(`${namespace}/${name}`) ?? objects?.get(name);
  }

  #list(apiVersion: string, kind: string, namespace: string | undefined): readonly KubernetesObject[] {
    const objects = [...(this.#snapshots.get(`${apiVersion}/${kind}`)?.objects.values() ?? [])];
    return objects.filter(
      ({ metadata }) => namespace === undefined || (metadata?.namespace ?? namespace) === namespace,
    );
  }
}
