import { deliverable, signalNames, signalOf } from "../../kit/signals.ts";
import type { SignalName } from "../../program.ts";
import type { Flavour } from "../flavour.ts";
import type { Job } from "../running/jobs.ts";
import { trappable } from "../running/traps.ts";
import type { BuiltinCall, RunBuiltin } from "./builtin.ts";

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

export const trap: RunBuiltin = async (call) => {
  const { shell } = call;
  const operands = call.operands[0] === "--" ? call.operands.slice(1) : call.operands;
  if (operands.length === 0 || operands[0] === "-p") {
    await listTraps(call);
    return 0;
  }
  const [first = "", ...rest] = operands;
  const isReset = first === "-" || rest.length === 0 || /^\d+$/.test(first);
  const conditions = isReset && first !== "-" ? operands : rest;
  let status = 0;
  for (const condition of conditions) {
    const name = condition === "ERR" && shell.state.flavour.isBash ? "ERR" : signalOf(condition);
    if (name === undefined) {
      await refuseSignal(call, condition);
      status = 1;
    } else {
      setTrap(call, name, isReset ? undefined : first);
    }
  }
  return status;
};

function setTrap({ shell }: BuiltinCall, name: string, command: string | undefined): void {
  const signal = trappable.find((each) => each === `SIG${name}`);
  if (name === "EXIT" || signal) {
    shell.traps.set(signal ?? "EXIT", command);
  } else if (command === undefined) {
    shell.state.traps.delete(name);
  } else {
    shell.state.traps.set(name, command);
  }
}

async function refuseSignal({ shell }: BuiltinCall, condition: string): Promise<void> {
  if (shell.state.flavour.name === "dash") {
    await shell.write(2, `trap: ${condition}: bad trap\n`);
  } else {
    await shell.complain(`${condition}: invalid signal specification`, "trap");
  }
}

async function listTraps({ shell }: BuiltinCall): Promise<void> {
  const { traps, flavour } = shell.state;
  for (const [condition, command] of traps) {
    const name = flavour.isBash ? condition : condition.replace(/^SIG/, "");
    await shell.write(1, `trap -- ${quoted(command)} ${name}\n`);
  }
}

/** `wait`: for all jobs, or for those named; a trapped signal ends it. */
export const wait: RunBuiltin = async (call) => {
  const { shell, operands } = call;
  const references = operands.filter((operand) => !operand.startsWith("-"));
  if (references.length === 0) {
    for (const job of [...shell.jobs.all]) {
      const ended = await waitForJob(call, job);
      if (ended.isSignalled) {
        return ended.code;
      }
    }
    return 0;
  }
  let code = 0;
  for (const reference of references) {
    const job = shell.jobs.find(reference);
    if (!job) {
      code = await noSuchJob(call, reference);
      continue;
    }
    const ended = await waitForJob(call, job);
    if (ended.isSignalled) {
      return ended.code;
    }
    code = ended.code;
  }
  return code;
};

async function noSuchJob({ shell, name }: BuiltinCall, reference: string): Promise<number> {
  const { flavour, messages } = shell.state;
  if (reference.startsWith("%")) {
    throw messages.builtinError(
      name,
      flavour.name === "dash" ? `No such job: ${reference}` : `${reference}: no such job`,
    );
  }
  if (flavour.isBash) {
    await shell.complain(`pid ${reference} is not a child of this shell`, name);
  }
  return 127;
}

async function waitForJob({ shell }: BuiltinCall, job: Job): Promise<{ code: number; isSignalled: boolean }> {
  const ended = await shell.traps.waitForOrSignal(job.process.exited);
  if (typeof ended !== "number") {
    shell.traps.throwIfInterrupted();
    return { code: 128 + signalNames.indexOf(ended.signal.slice(3)), isSignalled: true };
  }
  await shell.tellOfSignal(job.process, job.text, { isForeground: false });
  if (!shell.state.isInteractive) {
    job.code = ended;
  } else {
    shell.jobs.forget(job);
  }
  return { code: ended, isSignalled: false };
}

/** A job's line, as `jobs` shows it. */
export function describeJob(job: Job, current: Job | undefined, flavour: Flavour, text = job.text): string {
  const { isBash } = flavour;
  const mark = job === current ? "+" : " ";
  const number = flavour.name === "dash" ? `[${job.number}] ${mark}` : `[${job.number}]${mark} `;
  const { code } = job;
  const state =
    code === undefined
      ? "Running"
      : code === 0
        ? "Done"
        : code === 143
          ? "Terminated"
          : code === 137
            ? "Killed"
            : isBash
              ? `Exit ${code}`
              : `Done(${code})`;
  return isBash
    ? `${number} ${state.padEnd(22)}  ${text}${code === undefined ? " &" : ""}`
    : `${number} ${state.padEnd(26)} ${text}`;
}

export const jobs: RunBuiltin = async ({ shell, operands }) => {
  const current = shell.jobs.find("%%");
  const { flavour, isInteractive } = shell.state;
  for (const job of [...shell.jobs.all]) {
    // only bash keeps the text of a script's jobs, and only the others show those that have ended
    const text = isInteractive || flavour.isBash ? job.text : "";
    const line = operands.includes("-p") ? String(job.process.pid) : describeJob(job, current, flavour, text);
    if (isInteractive || !flavour.isBash || job.code === undefined) {
      await shell.write(1, `${line}\n`);
    }
    if (job.code !== undefined) {
      shell.jobs.forget(job);
    }
  }
  return 0;
};

/** `fg`: waits for a job in the foreground. Stopped jobs do not exist here. */
export const foreground: RunBuiltin = async ({ shell, name, operands }) => {
  const { state } = shell;
  if (!state.isInteractive && state.flavour.isBash) {
    throw state.messages.builtinError(name, "no job control");
  }
  const job = shell.jobs.find(operands[0] ?? "%%");
  if (!job || job.code !== undefined) {
    throw state.messages.builtinError(name, "No current job");
  }
  await shell.write(1, `${job.text}\n`);
  const { terminal } = shell.context;
  const own = terminal?.foreground;
  if (terminal) {
    terminal.foreground = job.process.group;
  }
  try {
    return await shell.traps.waitFor(job.process.exited, { isForeground: true });
  } finally {
    shell.jobs.forget(job);
    if (terminal && own !== undefined) {
      terminal.foreground = own;
    }
  }
};

export const kill: RunBuiltin = async (call) => {
  const { shell } = call;
  const { signal, rest, isList } = readSignal(call.operands);
  if (isList) {
    await listSignals(call, rest[0]);
    return 0;
  }
  if (signal === undefined || rest.length === 0) {
    return await refuseUsage(call, signal === undefined ? call.operands[0] : undefined);
  }
  let status = 0;
  for (const target of rest) {
    status = (await killOne(call, signal, target)) ? status : 1;
  }
  // what was killed ends before the next command looks
  await new Promise((resolve) => setImmediate(resolve));
  await shell.traps.runPending();
  return status;
};

function readSignal(operands: readonly string[]): {
  signal: string | undefined;
  rest: readonly string[];
  isList?: boolean;
} {
  const [first = "", second, ...others] = operands;
  if (first === "-l") {
    return { signal: undefined, rest: operands.slice(1), isList: true };
  }
  if (first === "-s" || first === "-n") {
    return { signal: signalOf(second ?? ""), rest: others };
  }
  if (first === "--") {
    return { signal: "TERM", rest: operands.slice(1) };
  }
  return /^-./.test(first)
    ? { signal: signalOf(first.slice(1)), rest: operands.slice(1).filter((word) => word !== "--") }
    : { signal: "TERM", rest: operands };
}

async function listSignals({ shell }: BuiltinCall, code: string | undefined): Promise<void> {
  if (code !== undefined) {
    await shell.write(1, `${signalNames[Number(code) & 0x7f] ?? code}\n`);
    return;
  }
  const names = signalNames.slice(1);
  const isTable = shell.state.flavour.name === "ash";
  await shell.write(
    1,
    names
      .map((name, index) => (isTable ? `${String(index + 1).padStart(2)}) ${name}\n` : `${name}\n`))
      .join(""),
  );
}

async function refuseUsage({ shell, name }: BuiltinCall, badSignal: string | undefined): Promise<number> {
  const { flavour } = shell.state;
  if (badSignal !== undefined) {
    const text = badSignal.replace(/^-/, "");
    if (flavour.name === "ash") {
      await shell.write(2, `sh: bad signal name '${text}'\n`);
    } else {
      await shell.complain(
        flavour.isBash ? `${text}: invalid signal specification` : `Illegal option -${text}`,
        name,
      );
    }
    return 1;
  }
  if (flavour.name === "ash") {
    await shell.write(2, "sh: you need to specify whom to kill\n");
    return 1;
  }
  if (flavour.name === "dash") {
    await shell.complain(
      "Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]... or\nkill -l [exitstatus]",
      name,
    );
  } else {
    const usage = "kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]";
    await shell.write(2, `kill: usage: ${usage}\n`);
  }
  return 2;
}

async function killOne(call: BuiltinCall, signal: string, target: string): Promise<boolean> {
  const { shell } = call;
  if (target.startsWith("%")) {
    const job = shell.jobs.find(target);
    if (!job) {
      await noSuchJob(call, target);
      return false;
    }
    send(signal, [job.process]);
    return true;
  }
  const number = Number(target);
  const all = [...shell.context.processes.values()];
  const own = all.find(({ pid }) => pid === shell.context.pid)?.group;
  const targets =
    number === -1
      ? all.filter(({ pid }) => pid !== 1 && pid !== shell.context.pid)
      : number <= 0
        ? all.filter(({ group }) => group === (number === 0 ? own : -number))
        : all.filter(({ pid }) => pid === number);
  if (!Number.isInteger(number) || targets.length === 0) {
    await noSuchProcess(call, target);
    return false;
  }
  send(signal, targets);
  return true;
}

function send(signal: string, targets: readonly { signal(name: SignalName): void }[]): void {
  const name = signal === "EXIT" ? undefined : deliverable(signal);
  for (const target of name ? targets : []) {
    target.signal(name ?? "SIGTERM");
  }
}

async function noSuchProcess({ shell, name }: BuiltinCall, target: string): Promise<void> {
  const { flavour } = shell.state;
  const isNumber = /^-?\d+$/.test(target);
  if (flavour.name === "ash") {
    const text = isNumber ? `can't kill pid ${target}: No such process` : `invalid number '${target}'`;
    await shell.write(2, `sh: ${text}\n`);
  } else if (flavour.isBash) {
    const text = isNumber
      ? `(${target}) - No such process`
      : `${target}: arguments must be process or job IDs`;
    await shell.complain(text, name);
  } else {
    await shell.complain(isNumber ? "No such process\n" : `Illegal number: ${target}`, name);
  }
}
