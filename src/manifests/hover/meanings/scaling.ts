import type { LocalizedText } from "../../../common/language.ts";
import { liveSet } from "../../rules/liveSet.ts";
import { claimTemplates, replicasOf } from "../../rules/podTemplate.ts";
import type { ManifestObject } from "../../source/manifestObject.ts";
import type { Meaning } from "./meaning.ts";
import { allPodNames, claimNames, firstOrdinal, podNames } from "./names.ts";

const isParallel = (set: ManifestObject) => set.text(["spec", "podManagementPolicy"]) === "Parallel";

/** How many Pods there will be, and in which order they come and go. */
const replicas: Meaning = {
  kinds: ["StatefulSet"],
  field: "spec.replicas",
  lesson: "5.1",
  say(set, scene) {
    const have = liveSet(set, scene)?.spec?.replicas;
    const wanted = replicasOf(set);
    if (have === undefined || have === wanted) {
      return steady(set, wanted);
    }
    return wanted > have ? growing(set, have, wanted) : shrinking(set, have, wanted);
  },
};

function steady(set: ManifestObject, wanted: number): LocalizedText {
  if (wanted === 0) {
    return { ja: "Pod は 1 つもありません。PVC は残ります。", en: "No Pods. The claims stay." };
  }
  const names = allPodNames(set);
  return isParallel(set)
    ? { ja: `${names} を順番を待たずに作ります。`, en: `Creates ${names} without waiting for one another.` }
    : {
        ja: `${names} をこの順に作ります。前の Pod が Ready になるまで次は作りません。`,
        en: `Creates ${names} in this order, each only once the one before is Ready.`,
      };
}

function growing(set: ManifestObject, have: number, wanted: number): LocalizedText {
  const start = firstOrdinal(set);
  const names = podNames(set, start + have, wanted - have);
  const claims = claimTemplates(set).length * (wanted - have);
  const order = isParallel(set)
    ? { ja: `${names} を一度に作ります`, en: `creates ${names} at once` }
    : {
        ja: `${names} を、前の Pod が Ready になるのを待ちながら順に作ります`,
        en: `creates ${names}, each once the one before is Ready`,
      };
  return {
    ja: `${have} → ${wanted}: ${order.ja}。${claims > 0 ? `PVC は ${claims} 個使います。以前の PVC が残っていれば、そのデータごと再利用されます。` : ""}`,
    en: `${have} → ${wanted}: ${order.en}.${claims > 0 ? ` They use ${claims} claim(s); claims left from before are used again, with their data.` : ""}`,
  };
}

function shrinking(set: ManifestObject, have: number, wanted: number): LocalizedText {
  const start = firstOrdinal(set);
  const condemned = Array.from({ length: have - wanted }, (_, index) => start + have - 1 - index);
  const names = condemned.map((ordinal) => `${set.name}-${ordinal}`).join(", ");
  const claims = condemned.flatMap((ordinal) => claimNames(set, ordinal)).join(", ");
  const deletes = set.text(["spec", "persistentVolumeClaimRetentionPolicy", "whenScaled"]) === "Delete";
  return {
    ja: `${have} → ${wanted}: ${names} を序数の大きい順に削除します。${claims ? `PVC ${claims} は${deletes ? "データごと削除されます(whenScaled: Delete)" : "残ります"}。` : ""}`,
    en: `${have} → ${wanted}: deletes ${names}, highest ordinal first.${claims ? ` The claims ${claims} ${deletes ? "are deleted with their data (whenScaled: Delete)" : "stay"}.` : ""}`,
  };
}

const podManagementPolicy: Meaning = {
  kinds: ["StatefulSet"],
  field: "spec.podManagementPolicy",
  lesson: "4.5",
  say: (set) =>
    isParallel(set)
      ? {
          ja: "作成と削除では順番を待ちません。更新は Parallel でも 1 つずつ、大きい序数から行います。作成後は変えられません。",
          en: "Creation and deletion wait for nobody. Updates still go one at a time from the highest ordinal. It cannot be changed later.",
        }
      : {
          ja: `${allPodNames(set)} の順に、前の Pod が Ready になってから作ります。削除は逆順です。途中の Pod が Ready にならないかぎり、先へは進みません。作成後は変えられません。`,
          en: `Creates ${allPodNames(set)} in order, each once the one before is Ready, and deletes in the opposite order. A Pod that never gets Ready holds everything after it. It cannot be changed later.`,
        },
};

const ordinalsStart: Meaning = {
  kinds: ["StatefulSet"],
  field: "spec.ordinals.start",
  lesson: "10.7",
  say: (set) => ({
    ja: `序数は ${firstOrdinal(set)} から始まります: ${allPodNames(set)}`,
    en: `Ordinals begin at ${firstOrdinal(set)}: ${allPodNames(set)}`,
  }),
};

const minReadySeconds: Meaning = {
  kinds: ["StatefulSet"],
  field: "spec.minReadySeconds",
  lesson: "4.7",
  say: (set) => {
    const seconds = set.number(["spec", "minReadySeconds"]) ?? 0;
    return {
      ja: `Ready になってから ${seconds} 秒のあいだ Ready であり続けて、初めて available とみなします。次の Pod の作成も更新も、それまで待ちます。`,
      en: `A Pod counts as available once it has been Ready for ${seconds} seconds; the next creation or update waits that long.`,
    };
  },
};

export const scaling: readonly Meaning[] = [replicas, podManagementPolicy, ordinalsStart, minReadySeconds];
