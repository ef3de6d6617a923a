import type { JsonObject, KubernetesObject } from "../../common/kubernetes/objects.ts";
import type { ManifestObject } from "../source/manifestObject.ts";
import type { Scene } from "../workspace/scene.ts";

/** The fields of a StatefulSet on the cluster that rules ask for. */
export interface LiveSet extends KubernetesObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly podManagementPolicy?: string;
    readonly template?: JsonObject;
    readonly updateStrategy?: {
      readonly type?: string;
      readonly rollingUpdate?: { readonly partition?: number };
    };
    readonly persistentVolumeClaimRetentionPolicy?: { readonly whenScaled?: string };
    readonly volumeClaimTemplates?: readonly JsonObject[];
  };
  readonly status?: {
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly updatedReplicas?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
  };
}

/** The cluster's set of the manifest's name; undefined where it is not there or no cluster is known. */
export function liveSet(object: ManifestObject, scene: Scene): LiveSet | undefined {
  return scene.liveOf(object) as LiveSet | undefined;
}
