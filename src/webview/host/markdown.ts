import MarkdownIt from "markdown-it";
import type { LocalizedText } from "../../common/language.ts";

const renderer = new MarkdownIt({ html: false, linkify: false, typographer: false });

/** A lesson's markdown as HTML in both languages; HTML in the source comes out as text. */
export function renderMarkdown({ ja, en }: LocalizedText): LocalizedText {
  return { ja: renderer.render(ja), en: renderer.render(en) };
}
