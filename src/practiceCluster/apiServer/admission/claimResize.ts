import type { IStorageClass } from "kubernetes-models/storage.k8s.io/v1/StorageClass";
import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import { compareQuantities } from "../../../common/kubernetes/quantity.ts";
import { persistentVolumeClaims, storageClasses } from "../../api/resources.ts";
import { refusals } from "../requests/errors.ts";
import type { Pipeline } from "../requests/pipeline.ts";
import type { Admission } from "./admission.ts";

/** A claim may only grow when it is bound and its class can expand volumes (plugin PersistentVolumeClaimResize). */
export const claimResize: Admission = {
  validate({ operation, resource, object, old, part }, pipeline) {
    if (
      operation !== "update" ||
      resource.resource !== persistentVolumeClaims.resource ||
      part !== "object"
    ) {
      return;
    }
    const [claim, before] = [object as IPersistentVolumeClaim, old as IPersistentVolumeClaim];
    if (compareQuantities(request(before), request(claim)) >= 0) {
      return;
    }
    const name = claim.metadata?.name ?? "";
    if (before.status?.phase !== "Bound") {
      throw refusals.forbidden(resource, name, "Only bound persistent volume claims can be expanded");
    }
    if (!isExpandable(claim, before, pipeline)) {
      throw refusals.forbidden(
        resource,
        name,
        "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize",
      );
    }
  },
};

function request({ spec }: IPersistentVolumeClaim): string | number {
  return spec?.resources?.requests?.storage ?? "0";
}

function isExpandable(
  claim: IPersistentVolumeClaim,
  before: IPersistentVolumeClaim,
  pipeline: Pipeline,
): boolean {
  const name = classOf(claim);
  if (name === "" || name !== classOf(before)) {
    return false;
  }
  const storageClass = pipeline.find(storageClasses, { name }) as IStorageClass | undefined;
  return storageClass?.allowVolumeExpansion === true;
}

/** The class by the old annotation or by the field. */
function classOf({ metadata, spec }: IPersistentVolumeClaim): string {
  return metadata?.annotations?.["volume.beta.kubernetes.io/storage-class"] ?? spec?.storageClassName ?? "";
}
