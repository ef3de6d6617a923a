import type { KubectlLookup } from "../kubectl/kubectl.ts";
import type { Prerequisite } from "./cluster.ts";

const installPage = "https://kubernetes.io/docs/tasks/tools/";

/** What was found of kubectl, in words, with the next thing to do. */
export function kubectlPrerequisite(lookup: KubectlLookup): Prerequisite {
  switch (lookup.state) {
    case "found": {
      const seen = `${lookup.path} (${lookup.version.gitVersion})`;
      return { id: "kubectl", found: true, detail: { ja: seen, en: seen } };
    }
    case "missing":
      return {
        id: "kubectl",
        found: false,
        detail: { ja: "kubectl が PATH に見つかりません", en: "kubectl is not on the PATH" },
        remedy: {
          ja: `kubectl をインストールするか（${installPage}）、設定 dojo.kubectlPath に場所を指定してください`,
          en: `Install kubectl (${installPage}) or name its place in the setting dojo.kubectlPath`,
        },
      };
    case "tooOld":
      return {
        id: "kubectl",
        found: false,
        detail: {
          ja: `${lookup.path} は ${lookup.version.gitVersion} で、古すぎます`,
          en: `${lookup.path} is ${lookup.version.gitVersion}, which is too old`,
        },
        remedy: {
          ja: `kubectl 1.29 以降をインストールしてください（${installPage}）`,
          en: `Install kubectl 1.29 or newer (${installPage})`,
        },
      };
    case "broken":
      return {
        id: "kubectl",
        found: false,
        detail: {
          ja: `${lookup.path} は kubectl として応答しません（${lookup.detail}）`,
          en: `${lookup.path} does not answer as kubectl (${lookup.detail})`,
        },
        remedy: {
          ja: "このファイルが本物の kubectl か確認し、設定 dojo.kubectlPath に正しい場所を指定してください",
          en: "See whether that file is the real kubectl, or name the right one in the setting dojo.kubectlPath",
        },
      };
  }
}
