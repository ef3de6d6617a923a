import { replicasOf } from "../../rules/podTemplate.ts";
import type { Meaning } from "./meaning.ts";
import { firstOrdinal, shorten } from "./names.ts";

/** Which Pods a changed template reaches, and in which order. */
const partition: Meaning = {
  kinds: ["StatefulSet"],
  field: "spec.updateStrategy.rollingUpdate.partition",
  lesson: "6.4",
  say(set) {
    const start = firstOrdinal(set);
    const value = set.number(["spec", "updateStrategy", "rollingUpdate", "partition"]) ?? 0;
    const all = Array.from({ length: replicasOf(set) }, (_, index) => start + index);
    const updated = all.filter((ordinal) => ordinal >= start + value).reverse();
    const kept = all.filter((ordinal) => ordinal < start + value);
    const names = (ordinals: readonly number[]) =>
      shorten(ordinals.map((ordinal) => `${set.name}-${ordinal}`));
    if (updated.length === 0) {
      return {
        ja: "テンプレートを変えても、どの Pod も更新されません。",
        en: "A changed template updates no Pod.",
      };
    }
    return {
      ja: `テンプレートを変えると ${names(updated)} をこの順に 1 つずつ更新します。${kept.length > 0 ? `${names(kept)} は作り直されても古いリビジョンのままです。` : ""}`,
      en: `A changed template updates ${names(updated)}, in this order, one at a time.${kept.length > 0 ? ` ${names(kept)} stay on the old revision, even when they are made anew.` : ""}`,
    };
  },
};

const strategy: Meaning = {
  kinds: ["StatefulSet"],
  field: "spec.updateStrategy.type",
  lesson: "6.1",
  say: (set) =>
    set.text(["spec", "updateStrategy", "type"]) === "OnDelete"
      ? {
          ja: "テンプレートを変えても何も起きません。Pod を自分で削除すると、その Pod だけが新しくなります。",
          en: "A changed template does nothing. A Pod that you delete yourself comes back with the new one.",
        }
      : {
          ja: "テンプレートを変えると、序数の大きい Pod から 1 つずつ削除して作り直し、available になるのを待って次へ進みます。",
          en: "A changed template replaces Pods one at a time from the highest ordinal, waiting for each to become available.",
        },
};

const revisionHistoryLimit: Meaning = {
  kinds: ["StatefulSet"],
  field: "spec.revisionHistoryLimit",
  lesson: "6.2",
  say: (set) => {
    const limit = set.number(["spec", "revisionHistoryLimit"]) ?? 10;
    return {
      ja: `使われていない ControllerRevision を ${limit} 個まで残します。kubectl rollout undo で戻れるのは、残っているものだけです。`,
      en: `Keeps up to ${limit} ControllerRevisions that are not in use; kubectl rollout undo can go back to those only.`,
    };
  },
};

const gracePeriod: Meaning = {
  kinds: ["StatefulSet"],
  field: "spec.template.spec.terminationGracePeriodSeconds",
  lesson: "7.6",
  say: (set) => {
    const seconds = set.number(["spec", "template", "spec", "terminationGracePeriodSeconds"]) ?? 30;
    return {
      ja: `SIGTERM から ${seconds} 秒で終わらなければ SIGKILL されます。同じ序数の Pod は、プロセスが終わって Pod が消えてから作られます。`,
      en: `A process that has not ended ${seconds} seconds after SIGTERM is killed. The Pod of the same ordinal is made once this one is gone.`,
    };
  },
};

export const updating: readonly Meaning[] = [partition, strategy, revisionHistoryLimit, gracePeriod];
