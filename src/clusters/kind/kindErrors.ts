import { UserError } from "../../common/userError.ts";

/** Everything that can go wrong with kind, each with the next thing to do. */
export const kindErrors = {
  kindMissing: () =>
    new UserError("kind-missing", {
      ja: "kind が PATH に見つかりません。https://kind.sigs.k8s.io からインストールするか、練習用クラスタで進めてください。",
      en: "kind is not on the PATH. Install it from https://kind.sigs.k8s.io, or go on with the practice cluster.",
    }),
  kindBroken: (path: string, detail: string) =>
    new UserError("kind-broken", {
      ja: `${path} は kind として応答しません（${detail}）。kind を入れ直すか、練習用クラスタで進めてください。`,
      en: `${path} does not answer as kind (${detail}). Install kind again, or go on with the practice cluster.`,
    }),
  dockerMissing: () =>
    new UserError("docker-missing", {
      ja: "docker が PATH に見つかりません。Docker をインストールするか、練習用クラスタで進めてください。",
      en: "docker is not on the PATH. Install Docker, or go on with the practice cluster.",
    }),
  dockerNotRunning: (detail: string) =>
    new UserError("docker-not-running", {
      ja: `docker はありますが、エンジンが応答しません（${detail}）。Docker を起動してから、もう一度試してください。`,
      en: `docker is there, but its engine does not answer (${detail}). Start Docker and try again.`,
    }),
  kindFailed: (command: string, detail: string) =>
    new UserError("kind-failed", {
      ja: `${command} が失敗しました（${detail}）。ターミナルで同じコマンドを実行すると、全文を確認できます。`,
      en: `${command} failed (${detail}). Run the same command in a terminal to see all that it says.`,
    }),
  createFailed: (detail: string) =>
    new UserError("kind-create-failed", {
      ja: `kind クラスタを作成できませんでした（${detail}）。作りかけのものは削除しました。ディスクとメモリの空きを確認して、もう一度試してください。`,
      en: `The kind cluster could not be created (${detail}). What was half made is removed. See that disk and memory are free, and try again.`,
    }),
  cancelled: () =>
    new UserError("kind-cancelled", {
      ja: "kind クラスタの作成を取り消しました。作りかけのものは残っていません。",
      en: "Creating the kind cluster was cancelled. Nothing half made is left.",
    }),
  notOurs: (name: string) =>
    new UserError("kind-not-ours", {
      ja: `kind クラスタ「${name}」がすでにありますが、Dojo が作ったものではないため、何もしません。名前を変えるか削除してから、もう一度試してください。`,
      en: `A kind cluster "${name}" exists that the dojo did not make, so it is left alone. Rename or delete it yourself, then try again.`,
    }),
  doesNotAnswer: (name: string, cause: unknown) => {
    const detail = cause instanceof Error ? cause.message : String(cause);
    return new UserError(
      "kind-no-answer",
      {
        ja: `kind クラスタ「${name}」が応答しません（${detail}）。止まっている場合は docker start ${name}-control-plane で起動できます。`,
        en: `The kind cluster "${name}" does not answer (${detail}). If it is stopped, docker start ${name}-control-plane starts it.`,
      },
      { cause },
    );
  },
};
