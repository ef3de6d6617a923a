import type { Redirection, Word, WordPart } from "../syntax.ts";
import { Source } from "./source.ts";
import type { WordReader } from "./words.ts";

interface Pending {
  readonly redirection: Redirection & { target: Word };
  readonly delimiter: string;
  readonly isQuoted: boolean;
  readonly stripsTabs: boolean;
}

/** Here-documents whose text follows on the next lines. */
export class HereDocuments {
  readonly #words: WordReader;
  #pending: Pending[] = [];
  /** Whether a text ended before its delimiter came. */
  isCut = false;

  constructor(words: WordReader) {
    this.#words = words;
  }

  /** A `<<` whose text is to be read after this line. */
  expect(delimiter: Word, stripsTabs: boolean, descriptor: number | undefined): Redirection {
    const redirection = { descriptor, operator: "<<" as const, target: [] as Word };
    this.#pending.push({
      redirection,
      delimiter: plainText(delimiter),
      isQuoted: delimiter.some((part) => part.kind !== "literal" || part.quoted),
      stripsTabs,
    });
    return redirection;
  }

  /** Reads the texts that begin on this line. An end of file ends the text, too. */
  readBodies(source: Source): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const document of pending) {
      document.redirection.target = this.#readBody(source, document);
    }
  }

  #readBody(source: Source, { delimiter, isQuoted, stripsTabs }: Pending): Word {
    const line = source.line;
    let text = "";
    for (;;) {
      if (source.isAtEnd) {
        this.isCut = true;
        break;
      }
      const raw = source.match(/[^\n]*\n?/y) ?? "";
      const own = stripsTabs ? raw.replace(/^\t+/, "") : raw;
      if (own.replace(/\n$/, "") === delimiter) {
        break;
      }
      text += own;
    }
    if (isQuoted) {
      return [{ kind: "literal", text, quoted: true }];
    }
    const body = new Source(text, line);
    return [{ kind: "doubleQuoted", parts: this.#words.readQuotedUntil(body, () => false, "$`\\") }];
  }
}

function plainText(parts: readonly WordPart[]): string {
  return parts
    .map((part) =>
      part.kind === "literal" ? part.text : part.kind === "doubleQuoted" ? plainText(part.parts) : "",
    )
    .join("");
}
