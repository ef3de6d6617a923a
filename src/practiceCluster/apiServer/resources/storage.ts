import type { IStorageClass } from "kubernetes-models/storage.k8s.io/v1/StorageClass";
import type { IPersistentVolume } from "kubernetes-models/v1/PersistentVolume";
import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import { persistentVolumeClaims, persistentVolumes, storageClasses } from "../../api/resources.ts";
import { ageColumn, nameColumn } from "./columns.ts";
import type { ResourceDefinition } from "./definition.ts";
import { accessModesText, statusSubresource, textColumn } from "./plain.ts";

/** v1 PersistentVolumeClaim (pkg/registry/core/persistentvolumeclaim). */
export const claimDefinition: ResourceDefinition<IPersistentVolumeClaim> = {
  resource: persistentVolumeClaims,
  singularName: "persistentvolumeclaim",
  shortNames: ["pvc"],
  subresources: [statusSubresource],
  hasStatus: true,
  columns: [
    nameColumn,
    textColumn<IPersistentVolumeClaim>(
      "Status",
      ["PersistentVolumeClaimStatus", "phase"],
      ({ metadata, status }) => (metadata?.deletionTimestamp ? "Terminating" : (status?.phase ?? "")),
    ),
    textColumn<IPersistentVolumeClaim>(
      "Volume",
      ["PersistentVolumeClaimSpec", "volumeName"],
      ({ spec }) => spec?.volumeName ?? "",
    ),
    textColumn<IPersistentVolumeClaim>(
      "Capacity",
      ["PersistentVolumeClaimStatus", "capacity"],
      ({ spec, status }) => (spec?.volumeName ? String(status?.capacity?.["storage"] ?? "0") : ""),
    ),
    textColumn<IPersistentVolumeClaim>(
      "Access Modes",
      ["PersistentVolumeClaimStatus", "accessModes"],
      ({ spec, status }) => (spec?.volumeName ? accessModesText(status?.accessModes) : ""),
    ),
    textColumn<IPersistentVolumeClaim>(
      "StorageClass",
      "StorageClass of the pvc",
      ({ metadata, spec }) =>
        metadata?.annotations?.["volume.beta.kubernetes.io/storage-class"] ?? spec?.storageClassName ?? "",
    ),
    textColumn<IPersistentVolumeClaim>(
      "VolumeAttributesClass",
      "VolumeAttributesClass of the pvc",
      ({ spec }) => spec?.volumeAttributesClassName ?? "<unset>",
    ),
    ageColumn,
    textColumn<IPersistentVolumeClaim>(
      "VolumeMode",
      ["PersistentVolumeClaimSpec", "volumeMode"],
      ({ spec }) => spec?.volumeMode ?? "<unset>",
      1,
    ),
  ],
  prepareForCreate: (claim) => {
    claim.status = { phase: "Pending" };
  },
};

/** v1 PersistentVolume (pkg/registry/core/persistentvolume). */
export const volumeDefinition: ResourceDefinition<IPersistentVolume> = {
  resource: persistentVolumes,
  singularName: "persistentvolume",
  shortNames: ["pv"],
  subresources: [statusSubresource],
  hasStatus: true,
  columns: [
    nameColumn,
    textColumn<IPersistentVolume>("Capacity", ["PersistentVolumeSpec", "capacity"], ({ spec }) =>
      String(spec?.capacity?.["storage"] ?? "0"),
    ),
    textColumn<IPersistentVolume>("Access Modes", ["PersistentVolumeSpec", "accessModes"], ({ spec }) =>
      accessModesText(spec?.accessModes),
    ),
    textColumn<IPersistentVolume>(
      "Reclaim Policy",
      ["PersistentVolumeSpec", "persistentVolumeReclaimPolicy"],
      ({ spec }) => spec?.persistentVolumeReclaimPolicy ?? "",
    ),
    textColumn<IPersistentVolume>("Status", ["PersistentVolumeStatus", "phase"], ({ metadata, status }) =>
      metadata?.deletionTimestamp ? "Terminating" : (status?.phase ?? ""),
    ),
    textColumn<IPersistentVolume>("Claim", ["PersistentVolumeSpec", "claimRef"], ({ spec }) =>
      spec?.claimRef ? `${spec.claimRef.namespace}/${spec.claimRef.name}` : "",
    ),
    textColumn<IPersistentVolume>(
      "StorageClass",
      "StorageClass of the pv",
      ({ spec }) => spec?.storageClassName ?? "",
    ),
    textColumn<IPersistentVolume>(
      "VolumeAttributesClass",
      "VolumeAttributesClass of the pv",
      ({ spec }) => spec?.volumeAttributesClassName ?? "<unset>",
    ),
    textColumn<IPersistentVolume>(
      "Reason",
      ["PersistentVolumeStatus", "reason"],
      ({ status }) => status?.reason ?? "",
    ),
    ageColumn,
    textColumn<IPersistentVolume>(
      "VolumeMode",
      ["PersistentVolumeSpec", "volumeMode"],
      ({ spec }) => spec?.volumeMode ?? "<unset>",
      1,
    ),
  ],
  prepareForCreate: (volume) => {
    volume.status = { phase: "Pending" };
  },
};

const defaultAnnotations = [
  "storageclass.kubernetes.io/is-default-class",
  "storageclass.beta.kubernetes.io/is-default-class",
];

/** storage.k8s.io/v1 StorageClass. */
export const storageClassDefinition: ResourceDefinition<IStorageClass> = {
  resource: storageClasses,
  singularName: "storageclass",
  shortNames: ["sc"],
  columns: [
    {
      ...nameColumn,
      cell: ({ metadata }) => {
        const isDefault = defaultAnnotations.some((name) => metadata?.annotations?.[name] === "true");
        return `${metadata?.name ?? ""}${isDefault ? " (default)" : ""}`;
      },
    },
    textColumn<IStorageClass>(
      "Provisioner",
      ["StorageClass", "provisioner"],
      ({ provisioner }) => provisioner,
    ),
    textColumn<IStorageClass>(
      "ReclaimPolicy",
      ["StorageClass", "reclaimPolicy"],
      ({ reclaimPolicy }) => reclaimPolicy ?? "Delete",
    ),
    textColumn<IStorageClass>(
      "VolumeBindingMode",
      ["StorageClass", "volumeBindingMode"],
      ({ volumeBindingMode }) => volumeBindingMode ?? "Immediate",
    ),
    textColumn<IStorageClass>(
      "AllowVolumeExpansion",
      ["StorageClass", "allowVolumeExpansion"],
      ({ allowVolumeExpansion }) => allowVolumeExpansion ?? false,
    ),
    ageColumn,
  ],
};
