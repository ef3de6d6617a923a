import type { Readable } from "node:stream";
import { delay } from "../../../common/clock.ts";
import { linesOf, readAll, readChunk } from "../kit/input.ts";
import { write } from "../kit/output.ts";
import { readSize } from "./sizes.ts";
import { type Tool, ToolFailure, tool, UsageFailure } from "./tool.ts";

export const cat = tool({ short: "nAbestTuvE", long: { number: "n", "show-all": "A" } }, async (run) => {
  let line = 0;
  return await run.eachInput(run.operands, async (input) => {
    if (run.options.has("n")) {
      for await (const text of linesOf(input, run.context.killed)) {
        line++;
        await run.out(`${String(line).padStart(6)}\t${text}\n`);
      }
      return;
    }
    await copy(run, input);
  });
});

async function copy({ context }: Tool, input: Readable): Promise<void> {
  for (
    let chunk = await readChunk(input, context.killed);
    chunk;
    chunk = await readChunk(input, context.killed)
  ) {
    await write(context.stdout, chunk);
  }
}

export const tac = tool({ short: "" }, async (run) =>
  run.eachInput(run.operands, async (input) => {
    const lines: string[] = [];
    for await (const line of linesOf(input, run.context.killed)) {
      lines.push(line);
    }
    await run.out(
      lines
        .reverse()
        .map((line) => `${line}\n`)
        .join(""),
    );
  }),
);

export const rev = tool({ short: "" }, async (run) =>
  run.eachInput(run.operands, async (input) => {
    for await (const line of linesOf(input, run.context.killed)) {
      await run.out(`${[...line].reverse().join("")}\n`);
    }
  }),
);

/** The heading of an input where there are several. */
async function heading(run: Tool, name: string, index: number): Promise<void> {
  if ((run.operands.length > 1 && !run.options.has("q")) || run.options.has("v")) {
    await run.out(`${index > 0 ? "\n" : ""}==> ${name === "-" ? "standard input" : name} <==\n`);
  }
}

export const head = tool({ short: "n:c:qv", long: { lines: "n", bytes: "c" }, number: "n" }, async (run) => {
  const bytes = run.options.value("c");
  const count = run.options.value("n") ?? "10";
  return await run.eachInput(run.operands, async (input, name, index) => {
    await heading(run, name, index);
    if (bytes !== undefined) {
      await headBytes(run, input, readSize(bytes));
    } else if (count.startsWith("-")) {
      const lines = await collect(run, input);
      await run.out(joined(lines.slice(0, Math.max(0, lines.length - readSize(count.slice(1))))));
    } else {
      await headLines(
        run,
        input,
        readSize(count, (bad) => badCount(run, bad)),
      );
    }
  });
});

function badCount(run: Tool, text: string): string {
  return run.text(`invalid number '${text}'`, `invalid number of lines: '${text}'`);
}

async function headBytes(run: Tool, input: Readable, count: number): Promise<void> {
  let left = count;
  while (left > 0) {
    const chunk = await readChunk(input, run.context.killed);
    if (!chunk) {
      return;
    }
    await run.out(chunk.subarray(0, left));
    left -= chunk.length;
  }
}

async function headLines(run: Tool, input: Readable, count: number): Promise<void> {
  let left = count;
  while (left > 0) {
    const chunk = await readChunk(input, run.context.killed);
    if (!chunk) {
      return;
    }
    let end = 0;
    while (left > 0 && end < chunk.length) {
      const next = chunk.indexOf(10, end);
      left -= next < 0 ? 0 : 1;
      end = next < 0 ? chunk.length : next + 1;
    }
    await run.out(chunk.subarray(0, end));
  }
}

async function collect({ context }: Tool, input: Readable): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(input, context.killed)) {
    lines.push(line);
  }
  return lines;
}

const joined = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");

export const tail = tool(
  { short: "n:c:fFqvs:", long: { lines: "n", bytes: "c", follow: "f" }, number: "n" },
  async (run) => {
    const bytes = run.options.value("c");
    const count = bytes ?? run.options.value("n") ?? "10";
    const status = await run.eachInput(run.operands, async (input, name, index) => {
      await heading(run, name, index);
      await run.out(await tailOf(run, input, count, bytes !== undefined));
    });
    if (run.options.has("f") || run.options.has("F")) {
      await follow(run);
    }
    return status;
  },
);

/** The end of an input. What must be kept for it is memory that counts: `tail /dev/zero` is the well-known hog. */
async function tailOf(run: Tool, input: Readable, count: string, isBytes: boolean): Promise<Buffer> {
  const size = readSize(count.replace(/^[-+]/, ""), (bad) => badCount(run, bad));
  const chunks: Buffer[] = [];
  let length = 0;
  let lineFeeds = 0;
  for (
    let chunk = await readChunk(input, run.context.killed);
    chunk;
    chunk = await readChunk(input, run.context.killed)
  ) {
    length += chunk.length;
    if (chunk.includes(10) || lineFeeds > 0 || chunk.some((byte) => byte !== 0)) {
      chunks.push(chunk);
    }
    lineFeeds += Number(chunk.includes(10));
    run.context.memory.use(length);
    await new Promise((resolve) => setImmediate(resolve));
  }
  run.context.memory.use(0);
  const all = Buffer.concat(chunks);
  if (isBytes) {
    return count.startsWith("+")
      ? all.subarray(Math.max(0, size - 1))
      : all.subarray(Math.max(0, all.length - size));
  }
  return count.startsWith("+") ? afterLines(all, size - 1) : lastLines(all, size);
}

function afterLines(all: Buffer, count: number): Buffer {
  let start = 0;
  for (let left = count; left > 0; left--) {
    const next = all.indexOf(10, start);
    if (next < 0) {
      return Buffer.alloc(0);
    }
    start = next + 1;
  }
  return all.subarray(start);
}

function lastLines(all: Buffer, count: number): Buffer {
  if (count === 0) {
    return Buffer.alloc(0);
  }
  let start = all.length - Number(all.at(-1) === 10);
  for (let left = count; left > 0 && start >= 0; left--) {
    start = start === 0 ? -1 : all.lastIndexOf(10, start - 1);
  }
  return all.subarray(start + 1);
}

/** `tail -f` looks every second, as the real one does where it has no notification. */
async function follow(run: Tool): Promise<void> {
  const { context } = run;
  const { files, clock, killed } = context;
  const sizes = new Map(run.operands.map((name) => [name, sizeOf(run, name)]));
  let shown = run.operands.at(-1);
  for (;;) {
    await delay(clock, Number(run.options.value("s") ?? 1) * 1000, killed);
    for (const name of run.operands) {
      const size = sizeOf(run, name);
      const old = sizes.get(name) ?? 0;
      if (size === old) {
        continue;
      }
      if (shown !== name && run.operands.length > 1) {
        await run.out(`\n==> ${name} <==\n`);
        shown = name;
      }
      await run.out(files.read(run.path(name)).subarray(size < old ? 0 : old));
      sizes.set(name, size);
    }
  }
}

function sizeOf(run: Tool, name: string): number {
  const { files } = run.context;
  const path = run.path(name);
  return files.exists(path) ? files.status(path).size : 0;
}

export const wc = tool(
  { short: "lwcmL", long: { lines: "l", words: "w", bytes: "c", chars: "m" } },
  async (run) => {
    const wanted = ["l", "w", "m", "c"].filter((letter) => run.options.has(letter));
    const letters = wanted.length > 0 ? wanted : ["l", "w", "c"];
    const total: Record<string, number> = { l: 0, w: 0, m: 0, c: 0 };
    const rows: { counts: Record<string, number>; name: string }[] = [];
    const status = await run.eachInput(run.operands, async (input, name) => {
      const counts = countOf(await readAll(input, run.context.killed));
      rows.push({ counts, name: run.operands.length === 0 ? "" : name });
      for (const letter of letters) {
        total[letter] = (total[letter] ?? 0) + (counts[letter] ?? 0);
      }
    });
    if (run.operands.length > 1) {
      rows.push({ counts: total, name: "total" });
    }
    for (const { counts, name } of rows) {
      const numbers = letters.map((letter) => counts[letter] ?? 0);
      await run.out(`${wcRow(run, numbers, total["c"] ?? 0)}${name === "" ? "" : ` ${name}`}\n`);
    }
    return status;
  },
);

function wcRow(run: Tool, numbers: readonly number[], totalBytes: number): string {
  if (numbers.length === 1 && (run.isBusybox || run.operands.length < 2)) {
    return String(numbers[0]);
  }
  if (run.isBusybox) {
    return numbers.map((number) => String(number).padStart(9)).join(" ");
  }
  const width = run.operands.length === 0 ? 7 : String(totalBytes).length;
  return numbers.map((number) => String(number).padStart(width)).join(" ");
}

function countOf(data: Buffer): Record<string, number> {
  const text = data.toString();
  return {
    l: data.reduce((sum, byte) => sum + Number(byte === 10), 0),
    w: text.split(/\s+/).filter(Boolean).length,
    c: data.length,
    m: [...text].length,
  };
}

export const tee = tool({ short: "ai", long: { append: "a" } }, async (run) => {
  let status = 0;
  const outputs = [];
  for (const operand of run.operands) {
    try {
      outputs.push(run.create(operand, { append: run.options.has("a") }));
    } catch (error) {
      await run.complain(run.cannotOpen(operand, error));
      status = 1;
    }
  }
  const { stdin, killed } = run.context;
  for (let chunk = await readChunk(stdin, killed); chunk; chunk = await readChunk(stdin, killed)) {
    for (const output of outputs) {
      await write(output, chunk);
    }
    await run.out(chunk);
  }
  return status;
});

export const seq = tool({ short: "+s:wf:" }, async (run) => {
  const numbers = run.operands.map(Number);
  const bad = run.operands.find((operand) => operand === "" || Number.isNaN(Number(operand)));
  if (bad !== undefined) {
    throw new ToolFailure(run.text(`invalid number '${bad}'`, `invalid floating point argument: '${bad}'`));
  }
  if (numbers.length === 0) {
    throw new UsageFailure("missing operand");
  }
  const [first, step, last] =
    numbers.length === 1
      ? [1, 1, numbers[0] ?? 1]
      : numbers.length === 2
        ? [numbers[0] ?? 1, 1, numbers[1] ?? 1]
        : numbers;
  const digits = Math.max(...run.operands.map((operand) => operand.split(".")[1]?.length ?? 0));
  const width = run.options.has("w") ? Math.max(...run.operands.map(({ length }) => length)) : 0;
  const separator = run.options.value("s") ?? "\n";
  let text = "";
  for (let index = 0; ; index++) {
    const value = (first ?? 1) + index * (step ?? 1);
    if ((step ?? 1) >= 0 ? value > (last ?? 0) : value < (last ?? 0)) {
      break;
    }
    text += (index > 0 ? separator : "") + value.toFixed(digits).padStart(width, "0");
    if (text.length > 60_000) {
      await run.out(text);
      text = "";
    }
  }
  await run.out(text === "" ? text : `${text}\n`);
  return 0;
});

export const yes = tool({ short: "+" }, async (run) => {
  const line = `${run.operands.length > 0 ? run.operands.join(" ") : "y"}\n`;
  const block = line.repeat(Math.ceil(8192 / line.length));
  for (;;) {
    await run.out(block);
    await new Promise((resolve) => setImmediate(resolve));
    if (run.context.killed.aborted) {
      return 0;
    }
  }
});
