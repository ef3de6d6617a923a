import type { Builtin, RunBuiltin } from "./builtin.ts";
import * as commands from "./commands.ts";
import * as control from "./control.ts";
import { cd, pwd, umask } from "./directory.ts";
import * as jobs from "./jobs.ts";
import { echo, printf, test } from "./output.ts";
import { read } from "./read.ts";
import * as variables from "./variables.ts";

const succeed: RunBuiltin = () => 0;
const fail: RunBuiltin = () => 1;

const times: RunBuiltin = async ({ shell }) => {
  const line = shell.state.flavour.name === "ash" ? "0m0.000s 0m0.000s" : "0m0.00s 0m0.00s";
  await shell.write(1, `${line}\n${line}\n`);
  return 0;
};

/** Containers here have no limits on open files and the like. */
const ulimit: RunBuiltin = async ({ shell, operands }) => {
  await shell.write(1, operands.includes("-n") ? "1048576\n" : "unlimited\n");
  return 0;
};

const everywhere: Readonly<Record<string, RunBuiltin>> = {
  ":": succeed,
  ".": control.source,
  "[": test,
  alias: commands.alias,
  bg: jobs.foreground,
  break: control.breakLoop,
  cd,
  command: commands.command,
  continue: control.continueLoop,
  echo,
  eval: control.evaluateText,
  exec: control.exec,
  exit: control.exit,
  export: variables.exportVariables,
  false: fail,
  fg: jobs.foreground,
  getopts: variables.getopts,
  hash: succeed,
  jobs: jobs.jobs,
  kill: jobs.kill,
  local: variables.local,
  printf,
  pwd,
  read,
  readonly: variables.readonlyVariables,
  return: control.returnFrom,
  set: variables.set,
  shift: variables.shift,
  test,
  times,
  trap: jobs.trap,
  true: succeed,
  type: commands.type,
  ulimit,
  umask,
  unalias: commands.unalias,
  unset: variables.unset,
  wait: jobs.wait,
};

/** Built-in commands by name. */
export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ...Object.entries(everywhere).map(([name, run]) => [name, { run }] as const),
  ["[[", { run: test, flavours: ["ash"] }],
  ["let", { run: variables.letValues, flavours: ["ash", "bash"] }],
  ["source", { run: control.source, flavours: ["ash", "bash"] }],
  ["builtin", { run: commands.builtin, flavours: ["bash"] }],
  ["declare", { run: variables.declare, flavours: ["bash"] }],
  ["typeset", { run: variables.declare, flavours: ["bash"] }],
  ["shopt", { run: succeed, flavours: ["bash"] }],
  ["disown", { run: succeed, flavours: ["bash"] }],
]);

/** Special built-in commands (XCU 2.14): functions don't hide them, and their assignments stay. */
export const specialBuiltins: ReadonlySet<string> = new Set(
  ": . break continue eval exec exit export readonly return set shift times trap unset".split(" "),
);
