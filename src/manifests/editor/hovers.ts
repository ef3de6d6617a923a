import * as vscode from "vscode";
import type { Language } from "../../common/language.ts";
import { type FieldHover, hoverAt } from "../hover/fieldHover.ts";
import type { ManifestStore } from "./manifestStore.ts";
import { rangeOf } from "./ranges.ts";

const words = {
  ja: { default: "既定値", required: "必須", live: "クラスタの値", by: "管理者", lesson: "学ぶ: ステップ" },
  en: {
    default: "default",
    required: "required",
    live: "in the cluster",
    by: "managed by",
    lesson: "learn it: step",
  },
} as const;

/** Says over a field what it is, what it will do here, and what the cluster has. */
export class ManifestHovers implements vscode.HoverProvider {
  readonly #store: ManifestStore;
  readonly #language: () => Language;

  constructor(store: ManifestStore, language: () => Language) {
    this.#store = store;
    this.#language = language;
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const file = this.#store.fileOf(document);
    const offset = document.offsetAt(position);
    const placed = file.documentAt(offset);
    const hover = placed && hoverAt(placed.document, offset - placed.offset, this.#store.scene());
    return hover && new vscode.Hover(this.#contents(hover), rangeOf(file, placed, hover));
  }

  #contents(hover: FieldHover): vscode.MarkdownString {
    const language = this.#language();
    const say = words[language];
    const text = new vscode.MarkdownString();
    // only our own link may run something; everything else is appended as plain text
    text.isTrusted = { enabledCommands: ["dojo.openStep"] };
    const notes = [
      hover.isRequired ? say.required : "",
      hover.default === undefined ? "" : `${say.default}: ${hover.default}`,
    ].filter(Boolean);
    text.appendCodeblock(`${hover.field}: ${hover.type}`, "yaml");
    if (hover.meaning) {
      text.appendText(hover.meaning[language]).appendMarkdown("\n\n");
    }
    if (hover.live) {
      const by = hover.live.managers.length > 0 ? ` (${say.by}: ${hover.live.managers.join(", ")})` : "";
      text.appendText(`${say.live}: ${hover.live.value}${by}`).appendMarkdown("\n\n");
    }
    if (notes.length > 0 || hover.values.length > 0) {
      text
        .appendText([...notes, hover.values.join(" | ")].filter(Boolean).join(" · "))
        .appendMarkdown("\n\n");
    }
    if (hover.lesson) {
      const argument = encodeURIComponent(JSON.stringify([hover.lesson]));
      text.appendMarkdown(`[${say.lesson} ${hover.lesson}](command:dojo.openStep?${argument})\n\n`);
    }
    text.appendMarkdown("---\n\n").appendText(hover.description);
    return text;
  }
}
