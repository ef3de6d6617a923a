import { replicasOf } from "../../rules/podTemplate.ts";
import type { Meaning } from "./meaning.ts";
import { firstOrdinal, shorten } from "./names.ts";

const serviceName: Meaning = {
  kinds: ["StatefulSet"],
  field: "spec.serviceName",
  lesson: "2.3",
  say(set, scene) {
    const service = set.text(["spec", "serviceName"]) ?? "";
    const namespace = set.namespace ?? scene.live?.namespace ?? "NAMESPACE";
    const start = firstOrdinal(set);
    const names = shorten(
      Array.from(
        { length: replicasOf(set) },
        (_, index) => `${set.name}-${start + index}.${service}.${namespace}.svc`,
      ),
    );
    return {
      ja: `Pod の名前は ${names} になります。同じ名前空間に ${service} という headless Service(clusterIP: None)が必要です。作成後は変えられません。`,
      en: `The Pods are called ${names}. That needs a headless Service (clusterIP: None) named ${service} in the same namespace. It cannot be changed later.`,
    };
  },
};

const clusterIp: Meaning = {
  kinds: ["Service"],
  field: "spec.clusterIP",
  lesson: "2.1",
  say: (service, _scene, path) =>
    service.text(path) === "None"
      ? {
          ja: "headless Service です。名前を引くと Pod のアドレスがそのまま返り、StatefulSet の Pod はそれぞれの名前でも引けます。後から変えられません。",
          en: "A headless Service: its name gives the Pods' own addresses, and each Pod of a StatefulSet can be asked for by name. It cannot be changed later.",
        }
      : {
          ja: "名前を引くとこの 1 つのアドレスが返り、どの Pod に届くかは選べません。",
          en: "Its name gives this one address, and from there a connection goes to any of the Pods.",
        },
};

const publishNotReady: Meaning = {
  kinds: ["Service"],
  field: "spec.publishNotReadyAddresses",
  lesson: "2.7",
  say: (service, _scene, path) =>
    service.get(path) === true
      ? {
          ja: "まだ Ready でない Pod も DNS に載せます。起動中に互いを探すソフトウェアのための設定です。",
          en: "Lists Pods in DNS before they are Ready: for software whose members look for each other while starting.",
        }
      : {
          ja: "Ready な Pod だけを DNS に載せます。",
          en: "Lists in DNS only Pods that are Ready.",
        },
};

export const network: readonly Meaning[] = [serviceName, clusterIp, publishNotReady];
