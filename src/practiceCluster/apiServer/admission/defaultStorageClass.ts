import type { IStorageClass } from "kubernetes-models/storage.k8s.io/v1/StorageClass";
import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import { persistentVolumeClaims, storageClasses } from "../../api/resources.ts";
import type { Admission } from "./admission.ts";

/** A claim that names no class gets the newest default one (plugin DefaultStorageClass). */
export const defaultStorageClass: Admission = {
  admit({ operation, resource, object }, pipeline) {
    if (operation !== "create" || resource.resource !== persistentVolumeClaims.resource) {
      return;
    }
    const { spec } = object as IPersistentVolumeClaim;
    if (!spec || spec.storageClassName !== undefined) {
      return;
    }
    const [newest] = (pipeline.list(storageClasses) as IStorageClass[])
      .filter(
        ({ metadata }) => metadata?.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true",
      )
      .sort((a, b) =>
        (a.metadata?.creationTimestamp ?? "") < (b.metadata?.creationTimestamp ?? "") ? 1 : -1,
      );
    if (newest?.metadata?.name) {
      spec.storageClassName = newest.metadata.name;
    }
  },
};
