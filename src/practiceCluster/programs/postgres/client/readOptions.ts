/** An argument that the program does not know, in getopt's words. */
export class UsageError extends Error {}

/** Short letters with their long names: those with a value, and those without. */
export interface OptionNames {
  readonly values: Readonly<Record<string, string>>;
  readonly flags: Readonly<Record<string, string>>;
}

export interface ReadOptions {
  /** The last value of each. */
  readonly values: Readonly<Record<string, string | undefined>>;
  /** Every value in order of the command line, as (long name, value). */
  readonly inOrder: readonly (readonly [name: string, value: string])[];
  readonly flags: ReadonlySet<string>;
  readonly operands: readonly string[];
}

/** Reads a command line as getopt_long does: combined letters, "--name=value", "--". Throws UsageError. */
export function readOptions(argv: readonly string[], names: OptionNames): ReadOptions {
  const inOrder: [string, string][] = [];
  const flags = new Set<string>();
  const operands: string[] = [];
  const rest = argv.slice(1);
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (argument === "--") {
      operands.push(...rest.splice(0));
    } else if (argument.startsWith("--")) {
      readLong(argument.slice(2), names, rest, inOrder, flags);
    } else if (argument.startsWith("-") && argument !== "-") {
      readLetters(argument.slice(1), names, rest, inOrder, flags);
    } else {
      operands.push(argument);
    }
  }
  return { values: Object.fromEntries(inOrder), inOrder, flags, operands };
}

function readLong(
  argument: string,
  names: OptionNames,
  rest: string[],
  inOrder: [string, string][],
  flags: Set<string>,
): void {
  const [name = "", ...value] = argument.split("=");
  if (Object.values(names.values).includes(name)) {
    inOrder.push([name, value.length > 0 ? value.join("=") : valueAfter(`--${name}`, rest)]);
  } else if (Object.values(names.flags).includes(name)) {
    flags.add(name);
  } else {
    throw new UsageError(`unrecognized option '--${name}'`);
  }
}

function readLetters(
  letters: string,
  names: OptionNames,
  rest: string[],
  inOrder: [string, string][],
  flags: Set<string>,
): void {
  for (const [index, letter] of [...letters].entries()) {
    const valued = names.values[letter];
    const flag = names.flags[letter];
    if (valued !== undefined) {
      const attached = letters.slice(index + 1);
      inOrder.push([valued, attached === "" ? valueAfter(letter, rest) : attached]);
      return;
    }
    if (flag === undefined) {
      throw new UsageError(`invalid option -- '${letter}'`);
    }
    flags.add(flag);
  }
}

function valueAfter(name: string, rest: string[]): string {
  const value = rest.shift();
  if (value === undefined) {
    throw new UsageError(
      name.startsWith("--")
        ? `option '${name}' requires an argument`
        : `option requires an argument -- '${name}'`,
    );
  }
  return value;
}

/** Without the entries that are undefined. */
export function definedOf<K extends string>(
  given: Readonly<Record<K, string | undefined>>,
): Partial<Record<K, string>> {
  const defined: Partial<Record<K, string>> = {};
  for (const name of Object.keys(given) as K[]) {
    const value = given[name];
    if (value !== undefined) {
      defined[name] = value;
    }
  }
  return defined;
}
