import type { Admission } from "./admission.ts";

const finalizers: Readonly<Record<string, string>> = {
  persistentvolumeclaims: "kubernetes.io/pvc-protection",
  persistentvolumes: "kubernetes.io/pv-protection",
};

/** Claims and volumes in use must not vanish (plugin StorageObjectInUseProtection). */
export const storageProtection: Admission = {
  admit({ operation, resource, object }) {
    const finalizer = resource.group === "" ? finalizers[resource.resource] : undefined;
    if (operation === "create" && finalizer && !object.metadata?.finalizers?.includes(finalizer)) {
      object.metadata = {
        ...object.metadata,
        finalizers: [...(object.metadata?.finalizers ?? []), finalizer],
      };
    }
  },
};
