import { budgetBelowQuorum } from "./budgetBelowQuorum.ts";
import { budgetBlocksDrain } from "./budgetBlocksDrain.ts";
import { canaryLeftBehind } from "./canaryLeftBehind.ts";
import { claimTemplateNotMounted } from "./claimTemplateNotMounted.ts";
import { fixedField } from "./fixedField.ts";
import { keyNotFound } from "./keyNotFound.ts";
import { latestImage } from "./latestImage.ts";
import { majorVersionChange } from "./majorVersionChange.ts";
import { moreReplicasThanNodes } from "./moreReplicasThanNodes.ts";
import { mountWithoutVolume } from "./mountWithoutVolume.ts";
import { noGracePeriod } from "./noGracePeriod.ts";
import { noReadinessProbe } from "./noReadinessProbe.ts";
import { noResources } from "./noResources.ts";
import { partitionHoldsEverything } from "./partitionHoldsEverything.ts";
import { peersNeedUnreadyAddresses } from "./peersNeedUnreadyAddresses.ts";
import { probeAsksSocketOnly } from "./probeAsksSocketOnly.ts";
import type { Rule } from "./rule.ts";
import { scaleDownDeletesClaims } from "./scaleDownDeletesClaims.ts";
import { selectorsOverlap } from "./selectorsOverlap.ts";
import { separateDatabases } from "./separateDatabases.ts";
import { serviceHasClusterIp } from "./serviceHasClusterIp.ts";
import { serviceNotFound } from "./serviceNotFound.ts";
import { serviceSelectsOthers } from "./serviceSelectsOthers.ts";
import { sharedClaim } from "./sharedClaim.ts";
import { storageClassNotFound } from "./storageClassNotFound.ts";
import { stuckRollout } from "./stuckRollout.ts";
import { updatesOnlyOnDelete } from "./updatesOnlyOnDelete.ts";

/** Every rule; one file each. */
export const rules: readonly Rule[] = [
  budgetBelowQuorum,
  budgetBlocksDrain,
  canaryLeftBehind,
  claimTemplateNotMounted,
  fixedField,
  keyNotFound,
  latestImage,
  majorVersionChange,
  moreReplicasThanNodes,
  mountWithoutVolume,
  noGracePeriod,
  noReadinessProbe,
  noResources,
  partitionHoldsEverything,
  peersNeedUnreadyAddresses,
  probeAsksSocketOnly,
  scaleDownDeletesClaims,
  selectorsOverlap,
  separateDatabases,
  serviceHasClusterIp,
  serviceNotFound,
  serviceSelectsOthers,
  sharedClaim,
  storageClassNotFound,
  stuckRollout,
  updatesOnlyOnDelete,
];
