import { UserError } from "../../common/userError.ts";

/** Everything that can go wrong with a download, each with the next thing to do. Nothing is left on the disk. */
export const downloadErrors = {
  noBuild: (tool: string) =>
    new UserError("download-no-build", {
      ja: `この種類のマシン向けの ${tool} は公開されていません。公式サイトの手順でインストールしてください。`,
      en: `No ${tool} is published for this kind of machine. Install it as its own site describes.`,
    }),
  unreachable: (address: string, detail: string) =>
    new UserError("download-unreachable", {
      ja: `${address} に接続できません（${detail}）。ネットワークとプロキシの設定を確認して、もう一度試してください。`,
      en: `${address} cannot be reached (${detail}). See to the network and the proxy settings, then try again.`,
    }),
  refused: (address: string, status: number) =>
    new UserError("download-refused", {
      ja: `${address} は HTTP ${status} を返しました。時間をおいてもう一度試すか、公式サイトの手順でインストールしてください。`,
      en: `${address} answered HTTP ${status}. Try again later, or install it as its own site describes.`,
    }),
  cutOff: (address: string, detail: string) =>
    new UserError("download-cut-off", {
      ja: `${address} からのダウンロードが途中で切れました（${detail}）。途中のファイルは削除しました。もう一度試してください。`,
      en: `The download from ${address} was cut off (${detail}). What had arrived is removed; try again.`,
    }),
  noChecksum: (address: string) =>
    new UserError("download-no-checksum", {
      ja: `${address} がチェックサムを返さないため、何もダウンロードしませんでした。時間をおいてもう一度試してください。`,
      en: `${address} does not answer with a checksum, so nothing was downloaded. Try again later.`,
    }),
  wrongChecksum: (address: string, expected: string, actual: string) =>
    new UserError("download-wrong-checksum", {
      ja: `${address} のチェックサムが一致しません（期待: ${expected}、実際: ${actual}）。ファイルは実行せずに削除しました。別のネットワークで試すか、公式サイトの手順でインストールしてください。`,
      en: `The checksum of ${address} does not match (expected ${expected}, got ${actual}). The file was removed and never run. Try another network, or install it as its own site describes.`,
    }),
  notWritten: (path: string, detail: string) =>
    new UserError("download-not-written", {
      ja: `${path} に書き込めません（${detail}）。ディスクの空きを確認して、もう一度試してください。`,
      en: `${path} cannot be written (${detail}). See that the disk has room, then try again.`,
    }),
  cancelled: () =>
    new UserError("download-cancelled", {
      ja: "ダウンロードを取り消しました。途中のファイルは残っていません。",
      en: "The download was cancelled. Nothing of it is left.",
    }),
};
