/** Options as getopt writes them ("ab:c" — b takes a value), and long names for them. "+": options end at the first operand. */
export interface OptionSpec {
  readonly short: string;
  readonly long?: Readonly<Record<string, string>>;
  /** What a number option (`head -5`) stands for. */
  readonly number?: string;
}

export interface Options {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly operands: readonly string[];
  has(letter: string): boolean;
  /** The last value of an option. */
  value(letter: string): string | undefined;
}

/** An option that the tool does not have, or one without its value. */
export class OptionProblem extends Error {}

/** Reads a command line. Throws OptionProblem. */
export function readOptions(words: readonly string[], spec: OptionSpec): Options {
  const rest = [...words];
  const flags = new Set<string>();
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  const add = (letter: string, value?: string) => {
    flags.add(letter);
    if (value !== undefined) {
      values.set(letter, [...(values.get(letter) ?? []), value]);
    }
  };
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") {
      operands.push(...rest);
      break;
    }
    if (!/^-./.test(word)) {
      operands.push(word);
      if (spec.short.startsWith("+")) {
        operands.push(...rest);
        break;
      }
    } else if (spec.number !== undefined && /^-\d+$/.test(word)) {
      add(spec.number, word.slice(1));
    } else if (word.startsWith("--")) {
      readLong(word, rest, spec, add);
    } else {
      readShort(word, rest, spec, add);
    }
  }
  return {
    flags,
    values,
    operands,
    has: (letter) => flags.has(letter),
    value: (letter) => values.get(letter)?.at(-1),
  };
}

type Add = (letter: string, value?: string) => void;

const takesValue = (letter: string, { short }: OptionSpec) => short[short.indexOf(letter) + 1] === ":";

function readShort(word: string, rest: string[], spec: OptionSpec, add: Add): void {
  for (let index = 1; index < word.length; index++) {
    const letter = word[index] ?? "";
    if (letter === ":" || letter === "+" || !spec.short.includes(letter)) {
      throw new OptionProblem(`invalid option -- '${letter}'`);
    }
    if (!takesValue(letter, spec)) {
      add(letter);
      continue;
    }
    const value = word.slice(index + 1) || rest.shift();
    if (value === undefined) {
      throw new OptionProblem(`option requires an argument -- '${letter}'`);
    }
    add(letter, value);
    return;
  }
}

function readLong(word: string, rest: string[], spec: OptionSpec, add: Add): void {
  const [name = "", ...value] = word.slice(2).split("=");
  const known = Object.keys(spec.long ?? {});
  const matches = known.includes(name) ? [name] : known.filter((each) => each.startsWith(name));
  const letter = matches.length === 1 ? spec.long?.[matches[0] ?? ""] : undefined;
  if (letter === undefined) {
    throw new OptionProblem(`unrecognized option '${word}'`);
  }
  if (!takesValue(letter, spec)) {
    add(letter, value.length > 0 ? value.join("=") : undefined);
    return;
  }
  const given = value.length > 0 ? value.join("=") : rest.shift();
  if (given === undefined) {
    throw new OptionProblem(`option '--${name}' requires an argument`);
  }
  add(letter, given);
}
