/** What a word of a label selector is. */
export type TokenKind = "identifier" | "in" | "notin" | "end" | "symbol";

export interface Token {
  readonly kind: TokenKind;
  /** As it stands in the selector; the end has none. */
  readonly text: string;
}

const symbolCharacters = "=!(),><";

/** Cuts a label selector into words and symbols (the lexer of apimachinery/pkg/labels); the last token is the end. */
export function labelTokens(text: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    const rest = text.slice(position);
    const blank = /^[ \t\r\n]+/.exec(rest)?.[0];
    if (blank) {
      position += blank.length;
      continue;
    }
    const token = symbolCharacters.includes(rest.charAt(0)) ? symbolAt(rest) : wordAt(rest);
    tokens.push(token);
    position += token.text.length;
  }
  return [...tokens, { kind: "end", text: "" }];
}

function wordAt(rest: string): Token {
  const [text = ""] = /^[^ \t\r\n=!(),><]+/.exec(rest) ?? [];
  return { kind: text === "in" || text === "notin" ? text : "identifier", text };
}

/** The longest symbol that the text begins with. */
function symbolAt(rest: string): Token {
  const two = rest.slice(0, 2);
  return { kind: "symbol", text: two === "!=" || two === "==" ? two : rest.charAt(0) };
}
