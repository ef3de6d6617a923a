/** What one shell knows beyond POSIX. */
export interface Flavour {
  readonly name: "ash" | "dash" | "bash";
  /** `[[ … ]]` as syntax; ash takes `[[` as a command like `[`. */
  readonly hasConditions: boolean;
  /** `((…))`, `for ((…))`, arrays, `{a,b}`, `<<<`, `${x^^}`, `${!x}`. */
  readonly isBash: boolean;
  /** `$'…'`, `${x/a/b}`, `${x:1:2}`, `&>`, `function`, `source`. */
  readonly hasBashism: boolean;
  readonly hasPipefail: boolean;
  /** Whether `echo` takes backslashes without -e. */
  readonly echoEscapes: boolean;
}

export const flavours: Readonly<Record<Flavour["name"], Flavour>> = {
  ash: {
    name: "ash",
    hasConditions: false,
    isBash: false,
    hasBashism: true,
    hasPipefail: true,
    echoEscapes: false,
  },
  dash: {
    name: "dash",
    hasConditions: false,
    isBash: false,
    hasBashism: false,
    hasPipefail: false,
    echoEscapes: true,
  },
  bash: {
    name: "bash",
    hasConditions: true,
    isBash: true,
    hasBashism: true,
    hasPipefail: true,
    echoEscapes: false,
  },
};
