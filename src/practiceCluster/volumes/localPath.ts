import type { IStorageClass } from "kubernetes-models/storage.k8s.io/v1/StorageClass";
import type { IPersistentVolume } from "kubernetes-models/v1/PersistentVolume";
import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";

/** The provisioner of kind's class "standard", as local-path-provisioner 0.0.30 behaves. */

export const localPathProvisioner = "rancher.io/local-path";

/** Why a claim cannot be provisioned, in the provisioner's words; undefined when it can. */
export function provisioningProblem(claim: IPersistentVolumeClaim): string | undefined {
  const allowed = new Set(["ReadWriteOnce", "ReadWriteOncePod"]);
  const isAllowed = (claim.spec?.accessModes ?? []).every((mode) => allowed.has(mode));
  return isAllowed
    ? undefined
    : "NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes";
}

/** The volume for a claim, pinned to the node that its first Pod was scheduled to. */
export function volumeFor(
  claim: IPersistentVolumeClaim,
  storageClass: IStorageClass,
  node: string,
): IPersistentVolume {
  const { namespace, name, uid, resourceVersion } = claim.metadata ?? {};
  const volumeName = `pvc-${uid}`;
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: {
      name: volumeName,
      annotations: {
        "local.path.provisioner/selected-node": node,
        "pv.kubernetes.io/provisioned-by": localPathProvisioner,
      },
    },
    spec: {
      accessModes: claim.spec?.accessModes ?? [],
      capacity: { storage: claim.spec?.resources?.requests?.["storage"] ?? "0" },
      claimRef: {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        name: name ?? "",
        namespace: namespace ?? "",
        uid: uid ?? "",
        resourceVersion: resourceVersion ?? "",
      },
      hostPath: { path: volumePath(volumeName, claim), type: "DirectoryOrCreate" },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [node] }] },
          ],
        },
      },
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? "Delete",
      storageClassName: storageClass.metadata?.name ?? "",
      volumeMode: claim.spec?.volumeMode ?? "Filesystem",
    },
  };
}

function volumePath(volumeName: string, { metadata }: IPersistentVolumeClaim): string {
  return `/var/local-path-provisioner/${volumeName}_${metadata?.namespace}_${metadata?.name}`;
}
