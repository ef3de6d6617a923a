import type { Flavour } from "../flavour.ts";
import type { Interpreter, RunFlags } from "../running/interpreter.ts";

export interface BuiltinCall {
  readonly shell: Interpreter;
  readonly name: string;
  readonly operands: readonly string[];
  readonly flags: RunFlags;
}

export type RunBuiltin = (call: BuiltinCall) => Promise<number> | number;

export interface Builtin {
  readonly run: RunBuiltin;
  /** The shells that have it; all without. */
  readonly flavours?: readonly Flavour["name"][];
}

/** Splits leading options of single letters from the operands; "--" ends them. */
export function splitOptions(
  operands: readonly string[],
  letters: string,
): { options: Set<string>; rest: string[] } {
  const options = new Set<string>();
  const rest = [...operands];
  for (let word = rest[0]; word !== undefined && /^-./.test(word); word = rest[0]) {
    if (word === "--") {
      rest.shift();
      break;
    }
    if (![...word.slice(1)].every((letter) => letters.includes(letter))) {
      break;
    }
    for (const letter of word.slice(1)) {
      options.add(letter);
    }
    rest.shift();
  }
  return { options, rest };
}
