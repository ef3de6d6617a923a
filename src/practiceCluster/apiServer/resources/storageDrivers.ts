import type { ICSIDriver } from "kubernetes-models/storage.k8s.io/v1/CSIDriver";
import type { ICSINode } from "kubernetes-models/storage.k8s.io/v1/CSINode";
import type { ICSIStorageCapacity } from "kubernetes-models/storage.k8s.io/v1/CSIStorageCapacity";
import type { IVolumeAttachment } from "kubernetes-models/storage.k8s.io/v1/VolumeAttachment";
import type { IVolumeAttributesClass } from "kubernetes-models/storage.k8s.io/v1/VolumeAttributesClass";
import type { KubernetesObject } from "../../../common/kubernetes/objects.ts";
import type { Resource } from "../../api/resource.ts";
import { csiNodes } from "../../api/resources.ts";
import { ageColumn, nameColumn } from "./columns.ts";
import type { Column, ResourceDefinition } from "./definition.ts";
import { numberColumn, statusSubresource, textColumn } from "./plain.ts";

function storage<T extends KubernetesObject>(
  resource: string,
  kind: string,
  namespaced = false,
): Resource<T> {
  return { group: "storage.k8s.io", version: "v1", resource, kind, namespaced };
}

function flag<T extends KubernetesObject>(
  name: string,
  meaning: readonly [type: string, field: string],
  cell: (object: T) => boolean,
): Column<T> {
  return { ...textColumn<T>(name, meaning, cell), type: "boolean" };
}

/** storage.k8s.io/v1 CSINode: which drivers a node has; local-path is none. */
export const csiNodeDefinition: ResourceDefinition<ICSINode> = {
  resource: csiNodes,
  singularName: "csinode",
  columns: [
    nameColumn,
    {
      ...numberColumn<ICSINode>(
        "Drivers",
        "Drivers indicates the number of CSI drivers registered on the node",
        ({ spec }) => spec.drivers?.length ?? 0,
      ),
    },
    ageColumn,
  ],
};

/** storage.k8s.io/v1 CSIDriver. */
export const csiDriverDefinition: ResourceDefinition<ICSIDriver> = {
  resource: storage("csidrivers", "CSIDriver"),
  singularName: "csidriver",
  prepareForCreate: fillDriver,
  columns: [
    nameColumn,
    flag("AttachRequired", ["CSIDriverSpec", "attachRequired"], ({ spec }) => spec.attachRequired ?? true),
    flag("PodInfoOnMount", ["CSIDriverSpec", "podInfoOnMount"], ({ spec }) => spec.podInfoOnMount ?? false),
    flag(
      "StorageCapacity",
      ["CSIDriverSpec", "storageCapacity"],
      ({ spec }) => spec.storageCapacity ?? false,
    ),
    textColumn<ICSIDriver>(
      "TokenRequests",
      ["CSIDriverSpec", "tokenRequests"],
      ({ spec }) => spec.tokenRequests?.map(({ audience }) => audience).join(",") ?? "<unset>",
    ),
    flag(
      "RequiresRepublish",
      ["CSIDriverSpec", "requiresRepublish"],
      ({ spec }) => spec.requiresRepublish ?? false,
    ),
    textColumn<ICSIDriver>(
      "Modes",
      ["CSIDriverSpec", "volumeLifecycleModes"],
      ({ spec }) => (spec.volumeLifecycleModes ?? []).join(",") || "<none>",
    ),
    ageColumn,
  ],
};

/** The defaults of pkg/apis/storage/v1. */
function fillDriver({ spec }: ICSIDriver): void {
  spec.attachRequired ??= true;
  spec.fsGroupPolicy ??= "ReadWriteOnceWithFSType";
  spec.podInfoOnMount ??= false;
  spec.requiresRepublish ??= false;
  spec.seLinuxMount ??= false;
  spec.storageCapacity ??= false;
  if (!spec.volumeLifecycleModes?.length) {
    spec.volumeLifecycleModes = ["Persistent"];
  }
}

/** storage.k8s.io/v1 CSIStorageCapacity. */
export const csiStorageCapacityDefinition: ResourceDefinition<ICSIStorageCapacity> = {
  resource: storage("csistoragecapacities", "CSIStorageCapacity", true),
  singularName: "csistoragecapacity",
  columns: [
    nameColumn,
    textColumn<ICSIStorageCapacity>(
      "StorageClassName",
      ["CSIStorageCapacity", "storageClassName"],
      ({ storageClassName }) => storageClassName,
    ),
    textColumn<ICSIStorageCapacity>("Capacity", ["CSIStorageCapacity", "capacity"], ({ capacity }) =>
      String(capacity ?? "<unset>"),
    ),
  ],
};

/** storage.k8s.io/v1 VolumeAttachment. */
export const volumeAttachmentDefinition: ResourceDefinition<IVolumeAttachment> = {
  resource: storage("volumeattachments", "VolumeAttachment"),
  singularName: "volumeattachment",
  subresources: [statusSubresource],
  hasStatus: true,
  columns: [
    nameColumn,
    textColumn<IVolumeAttachment>(
      "Attacher",
      ["VolumeAttachmentSpec", "attacher"],
      ({ spec }) => spec.attacher,
    ),
    textColumn<IVolumeAttachment>(
      "PV",
      ["VolumeAttachmentSource", "persistentVolumeName"],
      ({ spec }) => spec.source.persistentVolumeName ?? "",
    ),
    textColumn<IVolumeAttachment>("Node", ["VolumeAttachmentSpec", "nodeName"], ({ spec }) => spec.nodeName),
    flag("Attached", ["VolumeAttachmentStatus", "attached"], ({ status }) => status?.attached ?? false),
    ageColumn,
  ],
};

/** storage.k8s.io/v1 VolumeAttributesClass. */
export const volumeAttributesClassDefinition: ResourceDefinition<IVolumeAttributesClass> = {
  resource: storage("volumeattributesclasses", "VolumeAttributesClass"),
  singularName: "volumeattributesclass",
  shortNames: ["vac"],
  columns: [
    nameColumn,
    textColumn<IVolumeAttributesClass>(
      "DriverName",
      ["VolumeAttributesClass", "driverName"],
      ({ driverName }) => driverName,
    ),
    ageColumn,
  ],
};
