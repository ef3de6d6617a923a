/** A part of a word: what the parser keeps so that expansion can tell quoted text from unquoted. */
export type WordPart =
  | { readonly kind: "literal"; readonly text: string; readonly quoted: boolean }
  | { readonly kind: "doubleQuoted"; readonly parts: readonly WordPart[] }
  | ParameterPart
  | { readonly kind: "command"; readonly script: readonly ListItem[] }
  | { readonly kind: "arithmetic"; readonly expression: Word };

export interface ParameterPart {
  readonly kind: "parameter";
  readonly name: string;
  /** `[…]` of bash's arrays: "@", "*" or an expression. */
  readonly subscript?: Word | undefined;
  /** `${#name}`. */
  readonly isLength?: boolean;
  /** `${!name}`. */
  readonly isIndirect?: boolean;
  /** "-", ":-", "=", "?", "+", "#", "##", "%", "%%", "/", "//", "/#", "/%", ":" (substring), "^", "^^", ",", ",,". */
  readonly operator?: string | undefined;
  readonly operand?: Word;
  /** Replacement of "/", length of ":". */
  readonly secondOperand?: Word | undefined;
}

export type Word = readonly WordPart[];

export interface Redirection {
  /** The descriptor before the operator; undefined: the operator's own. */
  readonly descriptor: number | undefined;
  readonly operator: "<" | ">" | ">>" | ">|" | "<>" | "<&" | ">&" | "<<" | "<<<" | "&>" | "&>>";
  /** File, descriptor, or for here-documents the text. */
  readonly target: Word;
}

export interface Assignment {
  readonly name: string;
  readonly subscript: Word | undefined;
  readonly isAppended: boolean;
  readonly value: Word;
  /** `name=(…)` of bash. */
  readonly elements: readonly Word[] | undefined;
}

export interface CaseClause {
  readonly patterns: readonly Word[];
  readonly body: readonly ListItem[];
  readonly end: ";;" | ";&" | ";;&";
}

/** `[[ … ]]` of bash. */
export type Condition =
  | { readonly kind: "not"; readonly operand: Condition }
  | { readonly kind: "and" | "or"; readonly left: Condition; readonly right: Condition }
  | { readonly kind: "unary"; readonly operator: string; readonly operand: Word }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Word; readonly right: Word };

export type Command = { readonly line: number; readonly redirections: readonly Redirection[] } & (
  | { readonly kind: "simple"; readonly assignments: readonly Assignment[]; readonly words: readonly Word[] }
  | { readonly kind: "group"; readonly body: readonly ListItem[] }
  | { readonly kind: "subshell"; readonly body: readonly ListItem[] }
  | {
      readonly kind: "if";
      readonly branches: readonly { condition: readonly ListItem[]; body: readonly ListItem[] }[];
      readonly otherwise: readonly ListItem[] | undefined;
    }
  | {
      readonly kind: "while";
      readonly isUntil: boolean;
      readonly condition: readonly ListItem[];
      readonly body: readonly ListItem[];
    }
  | {
      readonly kind: "for";
      readonly name: string;
      /** Undefined: the positional parameters. */
      readonly words: readonly Word[] | undefined;
      readonly body: readonly ListItem[];
    }
  | {
      readonly kind: "arithmeticFor";
      readonly steps: readonly [Word, Word, Word];
      readonly body: readonly ListItem[];
    }
  | { readonly kind: "case"; readonly subject: Word; readonly clauses: readonly CaseClause[] }
  | { readonly kind: "function"; readonly name: string; readonly body: Command }
  | { readonly kind: "condition"; readonly condition: Condition }
  | { readonly kind: "arithmetic"; readonly expression: Word }
);

export interface Pipeline {
  readonly kind: "pipeline";
  readonly commands: readonly Command[];
  readonly isNegated: boolean;
  readonly isTimed: boolean;
}

export interface AndOr {
  readonly kind: "andOr";
  readonly operator: "&&" | "||";
  readonly left: AndOr | Pipeline;
  readonly right: Pipeline;
}

export interface ListItem {
  readonly command: AndOr | Pipeline;
  readonly isBackground: boolean;
  /** Its text, for `jobs`. */
  readonly text: string;
}

/** The text of a word when it is one unquoted literal: what reserved words are. */
export function literalText(word: Word): string | undefined {
  const [part, ...rest] = word;
  return part?.kind === "literal" && !part.quoted && rest.length === 0 ? part.text : undefined;
}
