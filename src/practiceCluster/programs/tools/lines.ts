import { linesOf, readAll } from "../kit/input.ts";
import { type Tool, ToolFailure, tool } from "./tool.ts";

async function inputLines(
  run: Tool,
  operands: readonly string[] = run.operands,
): Promise<{ lines: string[]; status: number }> {
  const lines: string[] = [];
  const status = await run.eachInput(operands, async (input) => {
    for await (const line of linesOf(input, run.context.killed)) {
      lines.push(line);
    }
  });
  return { lines, status };
}

export const sort = tool(
  {
    short: "nruk:t:bfdo:hVsczm",
    long: { numeric: "n", "numeric-sort": "n", reverse: "r", unique: "u", key: "k", "field-separator": "t" },
  },
  async (run) => {
    const { lines, status } = await inputLines(run);
    const keys = (run.options.values.get("k") ?? []).map((key) => readKey(run, key));
    const compare = comparison(run, keys);
    const sorted = lines
      .map((line, index) => ({ line, index }))
      .sort((a, b) => compare(a.line, b.line) || (run.options.has("s") ? a.index - b.index : 0))
      .map(({ line }) => line);
    const isSame = keys.length > 0 || run.options.has("n") ? comparison(run, keys, false) : undefined;
    const unique = sorted.filter(
      (line, index) =>
        index === 0 || (isSame ? isSame(sorted[index - 1] ?? "", line) !== 0 : sorted[index - 1] !== line),
    );
    const text = (run.options.has("u") ? unique : sorted).map((line) => `${line}\n`).join("");
    const target = run.options.value("o");
    if (target === undefined) {
      await run.out(text);
    } else {
      run.context.files.write(run.path(target), text);
    }
    return status === 0 ? 0 : run.isBusybox ? 1 : 2;
  },
  { usageCode: 2 },
);

interface SortKey {
  readonly from: number;
  readonly to: number | undefined;
  readonly flags: string;
}

function readKey(run: Tool, text: string): SortKey {
  const [, from, fromFlags = "", to, toFlags = ""] =
    /^(\d+)(?:\.\d+)?([a-zA-Z]*)(?:,(\d+)(?:\.\d+)?([a-zA-Z]*))?$/.exec(text) ?? [];
  if (from === undefined || Number(from) === 0) {
    throw new ToolFailure(
      run.text(
        "bad field specification",
        `invalid number at field start: invalid count at start of '${text}'`,
      ),
      2,
    );
  }
  return { from: Number(from), to: to === undefined ? undefined : Number(to), flags: fromFlags + toFlags };
}

function comparison(run: Tool, keys: readonly SortKey[], withWhole = true): (a: string, b: string) => number {
  const has = (flags: string, letter: string) =>
    flags.includes(letter) || (flags === "" && run.options.has(letter));
  const separator = run.options.value("t");
  const by = (a: string, b: string, flags: string): number => {
    const result = has(flags, "n")
      ? numberOf(a) - numberOf(b)
      : has(flags, "h")
        ? humanOf(a) - humanOf(b)
        : has(flags, "V")
          ? a.localeCompare(b, "en", { numeric: true })
          : ordinal(has(flags, "f") ? a.toUpperCase() : a, has(flags, "f") ? b.toUpperCase() : b);
    return has(flags, "r") ? -result : result;
  };
  return (a, b) => {
    for (const key of keys) {
      const result = by(fieldOf(a, key, separator), fieldOf(b, key, separator), key.flags);
      if (result !== 0) {
        return result;
      }
    }
    if (keys.length === 0) {
      const result = by(a, b, "");
      return result !== 0 || !withWhole ? result : ordinal(a, b) * (run.options.has("r") ? -1 : 1);
    }
    return withWhole ? ordinal(a, b) * (run.options.has("r") ? -1 : 1) : 0;
  };
}

const ordinal = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const numberOf = (text: string) => Number.parseFloat(text) || 0;
const humanOf = (text: string) =>
  numberOf(text) * 1024 ** ("KMGTP".indexOf(/[KMGTP]/i.exec(text)?.[0].toUpperCase() ?? "") + 1);

function fieldOf(line: string, { from, to }: SortKey, separator: string | undefined): string {
  const fields = separator === undefined ? (line.match(/\s*\S+/g) ?? []) : line.split(separator);
  return fields
    .slice(from - 1, to)
    .join(separator ?? "")
    .trimStart();
}

export const uniq = tool(
  { short: "cduif:s:w:", long: { count: "c", repeated: "d", unique: "u" } },
  async (run) => {
    const [from, to] = run.operands;
    const { lines, status } = await inputLines(run, from === undefined ? [] : [from]);
    const key = (line: string) => (run.options.has("i") ? line.toLowerCase() : line);
    const groups: { line: string; count: number }[] = [];
    for (const line of lines) {
      const last = groups.at(-1);
      if (last && key(last.line) === key(line)) {
        last.count++;
      } else {
        groups.push({ line, count: 1 });
      }
    }
    const shown = groups
      .filter(({ count }) => (!run.options.has("d") || count > 1) && (!run.options.has("u") || count === 1))
      .map(({ line, count }) => `${run.options.has("c") ? `${String(count).padStart(7)} ` : ""}${line}\n`)
      .join("");
    if (to === undefined) {
      await run.out(shown);
    } else {
      run.context.files.write(run.path(to), shown);
    }
    return status;
  },
);

/** The ranges of cut: "1,3-5,7-". Throws ToolFailure. */
function readRanges(run: Tool, text: string): (number: number) => boolean {
  const ranges = text.split(",").map((part) => {
    const [, from = "", dash, to = ""] = /^(\d*)(-?)(\d*)$/.exec(part) ?? [];
    if (part === "" || (from === "" && to === "")) {
      throw new ToolFailure(run.text(`invalid range ${part}`, `invalid field value '${part}'`));
    }
    const first = from === "" ? 1 : Number(from);
    return {
      first,
      last: dash === "" || dash === undefined ? first : to === "" ? Number.POSITIVE_INFINITY : Number(to),
    };
  });
  return (number) => ranges.some(({ first, last }) => number >= first && number <= last);
}

export const cut = tool(
  { short: "d:f:c:b:s", long: { delimiter: "d", fields: "f", characters: "c", "only-delimited": "s" } },
  async (run) => {
    const fields = run.options.value("f");
    const characters = run.options.value("c") ?? run.options.value("b");
    if (fields === undefined && characters === undefined) {
      throw new ToolFailure(
        run.text(
          "expected a list of bytes, characters, or fields",
          "you must specify a list of bytes, characters, or fields",
        ),
      );
    }
    const isWanted = readRanges(run, fields ?? characters ?? "");
    const delimiter = run.options.value("d") ?? "\t";
    return await run.eachInput(run.operands, async (input) => {
      for await (const line of linesOf(input, run.context.killed)) {
        if (fields === undefined) {
          await run.out(`${[...line].filter((_, index) => isWanted(index + 1)).join("")}\n`);
        } else if (line.includes(delimiter)) {
          const kept = line.split(delimiter).filter((_, index) => isWanted(index + 1));
          await run.out(`${kept.join(delimiter)}\n`);
        } else if (!run.options.has("s")) {
          await run.out(`${line}\n`);
        }
      }
    });
  },
);

const characterClasses: Readonly<Record<string, string>> = {
  lower: "abcdefghijklmnopqrstuvwxyz",
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  digit: "0123456789",
  space: " \t\n\v\f\r",
  blank: " \t",
  punct: "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
};
const letterClasses = `${characterClasses["upper"]}${characterClasses["lower"]}`;

function readSet(text: string): string[] {
  const named = text.replace(/\[:(\w+):\]/g, (all, name: string) =>
    name === "alpha"
      ? letterClasses
      : name === "alnum"
        ? `0123456789${letterClasses}`
        : (characterClasses[name] ?? all),
  );
  const characters = [...named.replace(/\\([0-7]{1,3}|.)/gs, (_, code: string) => controlOf(code))];
  const set: string[] = [];
  for (let index = 0; index < characters.length; index++) {
    const end = characters[index + 2];
    const start = characters[index] ?? "";
    if (characters[index + 1] === "-" && end !== undefined) {
      for (let code = start.codePointAt(0) ?? 0; code <= (end.codePointAt(0) ?? 0); code++) {
        set.push(String.fromCodePoint(code));
      }
      index += 2;
    } else {
      set.push(start);
    }
  }
  return set;
}

function controlOf(code: string): string {
  const named: Readonly<Record<string, string>> = {
    n: "\n",
    t: "\t",
    r: "\r",
    a: "\x07",
    b: "\b",
    f: "\f",
    v: "\v",
  };
  return /^[0-7]/.test(code) ? String.fromCharCode(Number.parseInt(code, 8)) : (named[code] ?? code);
}

export const tr = tool(
  { short: "+cdsC", long: { delete: "d", "squeeze-repeats": "s", complement: "c" } },
  async (run) => {
    const [first = "", second] = run.operands;
    if (
      run.operands.length === 0 ||
      (second === undefined && !run.options.has("d") && !run.options.has("s"))
    ) {
      throw new ToolFailure(
        run.text(
          "two strings must be given when translating",
          `missing operand${first === "" ? "" : ` after '${first}'`}`,
        ),
      );
    }
    const from = readSet(first);
    const to = second === undefined ? [] : readSet(second);
    const isListed = (character: string) =>
      from.includes(character) !== (run.options.has("c") || run.options.has("C"));
    const text = (await readAll(run.context.stdin, run.context.killed)).toString();
    const squeezed = second === undefined ? isListed : (character: string) => to.includes(character);
    let result = "";
    for (const character of text) {
      if (run.options.has("d") && isListed(character)) {
        continue;
      }
      const at = run.options.has("c") ? to.length - 1 : from.indexOf(character);
      const made =
        !run.options.has("d") && to.length > 0 && isListed(character)
          ? (to[at] ?? to.at(-1) ?? "")
          : character;
      if (run.options.has("s") && result.endsWith(made) && squeezed(made)) {
        continue;
      }
      result += made;
    }
    await run.out(result);
    return 0;
  },
);

export const paste = tool({ short: "d:s" }, async (run) => {
  const delimiter = run.options.value("d") ?? "\t";
  const columns: string[][] = [];
  const status = await run.eachInput(run.operands, async (input) => {
    const column: string[] = [];
    for await (const line of linesOf(input, run.context.killed)) {
      column.push(line);
    }
    columns.push(column);
  });
  if (run.options.has("s")) {
    await run.out(columns.map((column) => `${column.join(delimiter)}\n`).join(""));
    return status;
  }
  const rows = Math.max(0, ...columns.map(({ length }) => length));
  for (let row = 0; row < rows; row++) {
    await run.out(`${columns.map((column) => column[row] ?? "").join(delimiter)}\n`);
  }
  return status;
});

export const nl = tool({ short: "b:" }, async (run) => {
  let number = 0;
  return await run.eachInput(run.operands, async (input) => {
    for await (const line of linesOf(input, run.context.killed)) {
      const isNumbered = line !== "" || run.options.value("b") === "a";
      number += Number(isNumbered);
      await run.out(isNumbered ? `${String(number).padStart(6)}\t${line}\n` : "       \n");
    }
  });
});
