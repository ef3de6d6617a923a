import type { Admission } from "./admission.ts";
import { claimResize } from "./claimResize.ts";
import { clusterAddresses } from "./clusterAddresses.ts";
import { customResourceWarnings } from "./customResourceWarnings.ts";
import { defaultStorageClass } from "./defaultStorageClass.ts";
import { limitRanger } from "./limitRanger.ts";
import { namespaceLifecycle } from "./namespaceLifecycle.ts";
import { podAdmission } from "./podAdmission.ts";
import { priority } from "./priority.ts";
import { resourceQuotaAdmission } from "./resourceQuota.ts";
import { storageProtection } from "./storageProtection.ts";

/** The admission plugins in the order in which they look at a request. */
export const admissions: readonly Admission[] = [
  namespaceLifecycle,
  limitRanger,
  podAdmission,
  priority,
  defaultStorageClass,
  storageProtection,
  clusterAddresses,
  customResourceWarnings,
  claimResize,
  resourceQuotaAdmission,
];
