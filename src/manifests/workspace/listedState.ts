import type { KubernetesObject } from "../../common/kubernetes/objects.ts";
import type { LiveState } from "./scene.ts";

/** A cluster's state as a list of objects: an export (`kubectl get -o yaml`), or a test's. */
export function listedState(objects: readonly KubernetesObject[], namespace = "default"): LiveState {
  const isOf = (object: KubernetesObject, apiVersion: string, kind: string) =>
    object.apiVersion === apiVersion && object.kind === kind;
  return {
    namespace,
    get: (apiVersion, kind, inNamespace, name) =>
      objects.find(
        (object) =>
          isOf(object, apiVersion, kind) &&
          object.metadata?.name === name &&
          (object.metadata.namespace ?? inNamespace) === inNamespace,
      ),
    list: (apiVersion, kind, inNamespace) =>
      objects.filter(
        (object) =>
          isOf(object, apiVersion, kind) &&
          (inNamespace === undefined || (object.metadata?.namespace ?? inNamespace) === inNamespace),
      ),
  };
}
