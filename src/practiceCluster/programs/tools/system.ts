import { delay } from "../../../common/clock.ts";
import { CommandNotFound, PermissionDenied } from "../kit/findProgram.ts";
import { printf as format } from "../kit/printf.ts";
import { deliverable, signalNames, signalOf } from "../kit/signals.ts";
import { TestProblem, testExpression } from "../kit/testExpression.ts";
import type { RunningProcess } from "../program.ts";
import { echoText } from "../shell/builtins/output.ts";
import { type MakeProgram, type Tool, ToolFailure, tool, UsageFailure } from "./tool.ts";

export const succeed: MakeProgram = () => async () => 0;
export const fail: MakeProgram = () => async () => 1;

export const echo: MakeProgram = () => async (context) => {
  context.stdout.write(echoText(context.argv.slice(1), false));
  return 0;
};

export const printf: MakeProgram = (style) => async (context) => {
  const [pattern = "", ...operands] = context.argv.slice(1);
  const { text, problems } = format(pattern, operands);
  for (const { operand } of problems) {
    context.stderr.write(
      style === "busybox"
        ? `printf: invalid number '${operand}'\n`
        : `printf: '${operand}': expected a numeric value\n`,
    );
  }
  context.stdout.write(text);
  return Number(problems.length > 0);
};

export const test: MakeProgram = (style) => async (context) => {
  const operands = context.argv.slice(1);
  const name = context.argv[0]?.split("/").at(-1) ?? "test";
  if (name === "[" && operands.pop() !== "]") {
    context.stderr.write(style === "busybox" ? "[: missing ]\n" : "[: missing ']'\n");
    return 2;
  }
  try {
    const { files, directory, tty } = context;
    return Number(!testExpression(operands, { files, directory, isTerminal: () => tty }));
  } catch (error) {
    if (error instanceof TestProblem) {
      const text =
        error.problem === "notNumber"
          ? `${error.operand}: bad number`
          : `${error.operands[1] ?? error.operand}: unknown operand`;
      context.stderr.write(`${name}: ${text}\n`);
      return 2;
    }
    throw error;
  }
};

const unitSeconds: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** A duration as sleep and timeout take it. Throws ToolFailure. */
export function readSeconds(run: Tool, text: string): number {
  const [, digits, unit = ""] = /^(\d+\.?\d*|\.\d+|infinity|inf)([smhd]?)$/.exec(text) ?? [];
  if (digits === undefined) {
    throw new ToolFailure(run.text(`invalid number '${text}'`, `invalid time interval '${text}'`));
  }
  return digits.startsWith("inf") ? Number.POSITIVE_INFINITY : Number(digits) * (unitSeconds[unit] ?? 1);
}

/** The longest time that a timer takes, about 24 days. */
const longestDelayMs = 2 ** 31 - 1;

export const sleep = tool({ short: "+" }, async (run) => {
  if (run.operands.length === 0) {
    throw new UsageFailure("missing operand");
  }
  const { clock, killed } = run.context;
  let left = run.operands.reduce((sum, operand) => sum + readSeconds(run, operand), 0) * 1000;
  try {
    while (left > 0) {
      const part = Math.min(left, longestDelayMs);
      await delay(clock, part, killed);
      left -= part;
    }
  } catch (error) {
    if (!killed.aborted) {
      throw error;
    }
  }
  return 0;
});

/** Runs another program in this process. Resolves with its exit code, or 126 and 127 where it cannot. */
async function become(
  run: Tool,
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<number> {
  try {
    const { stdin, stdout, stderr } = run.context;
    return await run.context.replace({ argv, environment, stdin, stdout, stderr });
  } catch (error) {
    return await cannotRun(run, argv[0] ?? "", error);
  }
}

export async function cannotRun(run: Tool, command: string, error: unknown): Promise<number> {
  if (!(error instanceof CommandNotFound || error instanceof PermissionDenied)) {
    throw error;
  }
  const isMissing = error instanceof CommandNotFound;
  const reason = isMissing ? "No such file or directory" : "Permission denied";
  const verb = run.name === "timeout" ? "failed to run command " : "";
  await run.complain(
    run.text(`can't execute '${command}': ${reason}`, `${verb}'${command}': ${reason}`).replace("''", "'"),
  );
  return isMissing ? 127 : 126;
}

export const env = tool(
  { short: "+iu:0", long: { "ignore-environment": "i", unset: "u", null: "0" } },
  async (run) => {
    const environment = run.options.has("i") ? {} : { ...run.context.environment };
    for (const name of run.options.values.get("u") ?? []) {
      delete environment[name];
    }
    const operands = [...run.operands];
    while (operands[0]?.includes("=")) {
      const [name = "", ...value] = (operands.shift() ?? "").split("=");
      environment[name] = value.join("=");
    }
    if (operands.length > 0) {
      return await become(run, operands, environment);
    }
    const end = run.options.has("0") ? "\0" : "\n";
    await run.out(
      Object.entries(environment)
        .map(([name, value]) => `${name}=${value}${end}`)
        .join(""),
    );
    return 0;
  },
);

export const printenv = tool({ short: "+0" }, async (run) => {
  const { environment } = run.context;
  if (run.operands.length === 0) {
    await run.out(
      Object.entries(environment)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(""),
    );
    return 0;
  }
  let status = 0;
  for (const name of run.operands) {
    const value = environment[name];
    if (value === undefined) {
      status = 1;
    } else {
      await run.out(`${value}\n`);
    }
  }
  return status;
});

export const pwd = tool({ short: "LP" }, async (run) => {
  await run.out(`${run.context.directory}\n`);
  return 0;
});

/** Containers here run as root, whatever user an image names. */
export const whoami = tool({ short: "" }, async (run) => {
  await run.out("root\n");
  return 0;
});

export const id = tool(
  { short: "ugGnr", long: { user: "u", group: "g", groups: "G", name: "n" } },
  async (run) => {
    const name = run.options.has("n");
    if (run.options.has("u") || run.options.has("g") || run.options.has("G")) {
      await run.out(name ? "root\n" : "0\n");
    } else {
      await run.out(
        run.isBusybox
          ? "uid=0(root) gid=0(root) groups=0(root)\n"
          : "uid=0(root) gid=0(root) groups=0(root)\n",
      );
    }
    return 0;
  },
);

export const hostname = tool(
  { short: "fsidF:I", long: { fqdn: "f", short: "s", "ip-address": "i" } },
  async (run) => {
    const { context, options } = run;
    if (options.has("f")) {
      await run.out(`${fullName(run)}\n`);
    } else if (options.has("i") || options.has("I")) {
      await run.out(`${context.network.address}${options.has("I") ? " " : ""}\n`);
    } else if (options.has("d")) {
      await run.out(`${fullName(run).split(".").slice(1).join(".")}\n`);
    } else {
      await run.out(`${options.has("s") ? context.hostname.split(".")[0] : context.hostname}\n`);
    }
    return 0;
  },
);

/** The first name of the container's own line in /etc/hosts. */
function fullName({ context }: Tool): string {
  const { files, hostname: own } = context;
  const lines = files.exists("/etc/hosts") ? files.read("/etc/hosts").toString().split("\n") : [];
  const names = lines.map((line) => line.split(/\s+/).slice(1)).find((each) => each.includes(own));
  return names?.[0] ?? own;
}

export const uname = tool({ short: "asnrvmpio", long: { all: "a" } }, async (run) => {
  const parts: Readonly<Record<string, string>> = {
    s: "Linux",
    n: run.context.hostname,
    r: "6.12.0-practice",
    v: "#1 SMP",
    m: "x86_64",
    o: "GNU/Linux",
  };
  const letters = run.options.has("a") ? "snrvmo" : [...run.options.flags].join("") || "s";
  await run.out(`${[...letters].map((letter) => parts[letter] ?? "unknown").join(" ")}\n`);
  return 0;
});

export const nproc = tool({ short: "", long: { all: "" } }, async (run) => {
  await run.out("2\n");
  return 0;
});

/** `kill` as a program: signals by pid. */
export const kill: MakeProgram = (style) => async (context) => {
  const operands = context.argv.slice(1);
  const complain = (text: string) => context.stderr.write(`kill: ${text}\n`);
  let name = "TERM";
  if (operands[0] === "-l") {
    context.stdout.write(
      signalNames
        .slice(1)
        .map((each) => `${each}\n`)
        .join(""),
    );
    return 0;
  }
  if (operands[0] === "-s" || operands[0] === "-n") {
    name = signalOf(operands[1] ?? "") ?? "";
    operands.splice(0, 2);
  } else if (/^-./.test(operands[0] ?? "")) {
    name = signalOf((operands.shift() ?? "").slice(1)) ?? "";
  }
  if (name === "" || operands.length === 0) {
    complain(style === "busybox" ? "you need to specify whom to kill" : "not enough arguments");
    return 1;
  }
  let status = 0;
  for (const operand of operands) {
    const process = context.processes.get(Number(operand));
    if (!process) {
      complain(
        style === "busybox" ? `can't kill pid ${operand}: No such process` : `(${operand}) - No such process`,
      );
      status = 1;
    }
    const signal = name === "EXIT" ? undefined : deliverable(name);
    if (signal) {
      process?.signal(signal);
    }
  }
  return status;
};

const shown = ({ argv }: RunningProcess) => argv.join(" ");
const clockTime = (seconds: number) =>
  `${String(Math.floor(seconds / 3600)).padStart(2, "0")}:${String(Math.floor(seconds / 60) % 60).padStart(2, "0")}:${String(Math.floor(seconds) % 60).padStart(2, "0")}`;

export const ps: MakeProgram = (style) => async (context) => {
  const processes = [...context.processes.values()].sort((a, b) => a.pid - b.pid);
  const options = context.argv.slice(1).join(" ");
  if (style === "busybox") {
    const rows = processes.map((each) => `${String(each.pid).padStart(5)} root      0:00 ${shown(each)}\n`);
    context.stdout.write(`PID   USER     TIME  COMMAND\n${rows.join("")}`);
    return 0;
  }
  if (/aux|-ef|-A|-e\b|ax/.test(options)) {
    context.stdout.write(/u/.test(options) ? auxTable(processes) : fullTable(processes));
    return 0;
  }
  const own = processes.find(({ pid }) => pid === context.pid)?.group;
  const rows = processes
    .filter(({ group }) => group === own)
    .map(
      ({ pid, argv }) =>
        `${String(pid).padStart(7)} ${context.tty ? "pts/0" : "?    "}    ${clockTime(0)} ${argv[0]?.split("/").at(-1)}\n`,
    );
  context.stdout.write(`    PID TTY          TIME CMD\n${rows.join("")}`);
  return 0;
};

const startText = (milliseconds: number) => new Date(milliseconds).toISOString().slice(11, 16);

function fullTable(processes: readonly RunningProcess[]): string {
  const rows = processes.map(
    (each) =>
      `root     ${String(each.pid).padStart(7)} ${String(each.parentPid).padStart(7)}  0 ${startText(each.startedAt)} ?        00:00:00 ${shown(each)}\n`,
  );
  return `UID          PID    PPID  C STIME TTY          TIME CMD\n${rows.join("")}`;
}

function auxTable(processes: readonly RunningProcess[]): string {
  const rows = processes.map(
    (each) =>
      `root     ${String(each.pid).padStart(7)}  0.0  0.0   2480  1024 ?        S    ${startText(each.startedAt)}   0:00 ${shown(each)}\n`,
  );
  return `USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n${rows.join("")}`;
}

export const pidof = tool({ short: "so:" }, async (run) => {
  const found = [...run.context.processes.values()].filter(({ argv }) =>
    run.operands.includes(argv[0]?.split("/").at(-1) ?? ""),
  );
  if (found.length > 0) {
    await run.out(
      `${found
        .map(({ pid }) => pid)
        .reverse()
        .join(" ")}\n`,
    );
  }
  return Number(found.length === 0);
});

export const pgrep = tool({ short: "flax" }, async (run) => {
  const expression = new RegExp(run.operands[0] ?? "");
  const found = [...run.context.processes.values()].filter(
    (each) =>
      each.pid !== run.context.pid &&
      expression.test(run.options.has("f") ? shown(each) : (each.argv[0] ?? "")),
  );
  for (const each of found) {
    if (run.name === "pkill") {
      each.signal("SIGTERM");
    } else {
      await run.out(`${each.pid}${run.options.has("a") || run.options.has("l") ? ` ${shown(each)}` : ""}\n`);
    }
  }
  return Number(found.length === 0);
});

/** `timeout`: exit code 124 when the time is over (busybox: 143, the signal's). */
export const timeout = tool(
  { short: "+s:k:", long: { signal: "s", "kill-after": "k", "preserve-status": "p", foreground: "f" } },
  async (run) => {
    const [time = "", ...argv] = run.operands;
    if (argv.length === 0) {
      throw new UsageFailure("missing operand", run.isBusybox ? 1 : 125);
    }
    const seconds = readSeconds(run, time);
    const { stdin, stdout, stderr, clock, environment } = run.context;
    let child: RunningProcess;
    try {
      child = run.context.spawn({ argv, stdin, stdout, stderr, environment });
    } catch (error) {
      return await cannotRun(run, argv[0] ?? "", error);
    }
    const signal = deliverable(signalOf(run.options.value("s") ?? "TERM") ?? "TERM") ?? "SIGTERM";
    let isExpired = false;
    const timer =
      seconds === 0
        ? undefined
        : clock.after(Math.min(seconds * 1000, longestDelayMs), () => {
            isExpired = true;
            child.signal(signal);
          });
    const restore = run.context.onSignal("SIGTERM", () => child.signal("SIGTERM"));
    const code = await child.exited;
    timer?.cancel();
    restore();
    return isExpired && !run.isBusybox && !run.options.has("p") ? 124 : code;
  },
);

const weekdays = "Sun Mon Tue Wed Thu Fri Sat".split(" ");
const longWeekdays = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

export const date = tool(
  { short: "ud:Rr:I", long: { utc: "u", date: "d", "iso-8601": "I" } },
  async (run) => {
    const given = run.options.value("d");
    const time = new Date(
      given === undefined
        ? run.context.clock.now()
        : /^@\d+$/.test(given)
          ? Number(given.slice(1)) * 1000
          : Date.parse(given),
    );
    if (Number.isNaN(time.getTime())) {
      throw new ToolFailure(run.text(`invalid date '${given}'`, `invalid date '${given}'`));
    }
    const pattern = run.operands[0]?.startsWith("+")
      ? run.operands[0].slice(1)
      : run.options.has("R")
        ? "%a, %d %b %Y %H:%M:%S +0000"
        : run.options.has("I")
          ? "%Y-%m-%d"
          : "%a %b %e %H:%M:%S UTC %Y";
    await run.out(`${formatTime(time, pattern)}\n`);
    return 0;
  },
);

function formatTime(time: Date, pattern: string): string {
  const two = (number: number) => String(number).padStart(2, "0");
  const iso = time.toISOString();
  const values: Readonly<Record<string, () => string>> = {
    Y: () => String(time.getUTCFullYear()),
    y: () => two(time.getUTCFullYear() % 100),
    m: () => two(time.getUTCMonth() + 1),
    d: () => two(time.getUTCDate()),
    e: () => String(time.getUTCDate()).padStart(2),
    H: () => two(time.getUTCHours()),
    I: () => two(time.getUTCHours() % 12 || 12),
    M: () => two(time.getUTCMinutes()),
    S: () => two(time.getUTCSeconds()),
    N: () => `${String(time.getUTCMilliseconds()).padStart(3, "0")}000000`,
    p: () => (time.getUTCHours() < 12 ? "AM" : "PM"),
    a: () => weekdays[time.getUTCDay()] ?? "",
    A: () => longWeekdays[time.getUTCDay()] ?? "",
    b: () => months[time.getUTCMonth()] ?? "",
    h: () => months[time.getUTCMonth()] ?? "",
    Z: () => "UTC",
    z: () => "+0000",
    s: () => String(Math.floor(time.getTime() / 1000)),
    F: () => iso.slice(0, 10),
    T: () => iso.slice(11, 19),
    R: () => iso.slice(11, 16),
    D: () => `${two(time.getUTCMonth() + 1)}/${two(time.getUTCDate())}/${two(time.getUTCFullYear() % 100)}`,
    u: () => String(time.getUTCDay() || 7),
    w: () => String(time.getUTCDay()),
    n: () => "\n",
    t: () => "\t",
    "%": () => "%",
  };
  return pattern.replace(/%([a-zA-Z%])/g, (all, letter: string) => values[letter]?.() ?? all);
}

export const uptime = tool({ short: "" }, async (run) => {
  const first = run.context.processes.get(1)?.startedAt ?? run.context.clock.now();
  const minutes = Math.floor((run.context.clock.now() - first) / 60_000);
  await run.out(
    ` ${formatTime(new Date(run.context.clock.now()), "%H:%M:%S")} up ${minutes} min,  load average: 0.00, 0.00, 0.00\n`,
  );
  return 0;
});

export const which = tool({ short: "a" }, async (run) => {
  const { files, environment } = run.context;
  let status = 0;
  for (const name of run.operands) {
    const folders = (environment["PATH"] ?? "").split(":");
    const candidates = name.includes("/") ? [name] : folders.map((folder) => `${folder}/${name}`);
    const path = candidates.find(
      (each) =>
        files.exists(each) && (files.status(each).mode & 0o111) !== 0 && files.status(each).type === "file",
    );
    status = path === undefined ? 1 : status;
    await run.out(path === undefined ? "" : `${path}\n`);
  }
  return status;
});

export const tty = tool({ short: "s" }, async (run) => {
  await run.out(run.context.tty ? "/dev/pts/0\n" : "not a tty\n");
  return Number(!run.context.tty);
});
