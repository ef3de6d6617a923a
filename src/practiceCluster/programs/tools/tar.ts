import { posix } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { reasonOf } from "../kit/errors.ts";
import { write } from "../kit/output.ts";
import type { Program } from "../program.ts";
import { archiveEnd, readEntries, type TarEntry, TarProblem, writeEntry } from "./tarFormat.ts";
import { type MakeProgram, type Style, type Tool, ToolFailure, tool, UsageFailure } from "./tool.ts";

const spec = {
  short: "cxtf:C:vmpzhOko",
  long: {
    create: "c",
    extract: "x",
    list: "t",
    file: "f",
    directory: "C",
    verbose: "v",
    gzip: "z",
    "to-stdout": "O",
    touch: "m",
    "same-permissions": "p",
    "preserve-permissions": "p",
    "no-same-permissions": "o",
    "no-same-owner": "o",
  },
};

const run = tool(
  spec,
  async (one) => {
    const modes = ["c", "x", "t"].filter((letter) => one.options.has(letter));
    if (modes.length !== 1) {
      throw new UsageFailure(
        one.text(
          "must specify one of -c -x -t",
          "You must specify one of the '-Acdtrux', '--delete' or '--test-label' options",
        ),
        one.isBusybox ? 1 : 2,
      );
    }
    return modes[0] === "c" ? await create(one) : await take(one, modes[0] === "x");
  },
  { usageCode: 2 },
);

/** tar: makes, lists and unpacks archives, as much of it as `kubectl cp` and backups need. */
export const tar: MakeProgram = (style: Style): Program => {
  const program = run(style);
  return (context) =>
    program({ ...context, argv: [context.argv[0] ?? "tar", ...dashed(context.argv.slice(1))] });
};

/** `tar cf - file`: letters without a dash take their values from the words that follow, in order. */
function dashed(words: readonly string[]): string[] {
  const [first = "", ...rest] = words;
  if (first === "" || first.startsWith("-")) {
    return [...words];
  }
  const options = [...first].flatMap((letter) =>
    spec.short[spec.short.indexOf(letter) + 1] === ":" ? [`-${letter}`, rest.shift() ?? ""] : [`-${letter}`],
  );
  return [...options, ...rest];
}

async function create(one: Tool): Promise<number> {
  if (one.operands.length === 0) {
    throw new ToolFailure(
      one.text("empty archive", "Cowardly refusing to create an empty archive"),
      one.isBusybox ? 1 : 2,
    );
  }
  const archive = new Archive(one);
  for (const operand of one.operands) {
    await archive.add(operand);
  }
  await archive.finish();
  if (archive.hasFailed) {
    await one.complain(
      one.text(
        "error exit delayed from previous errors",
        "Exiting with failure status due to previous errors",
      ),
    );
    return one.isBusybox ? 1 : 2;
  }
  return 0;
}

/** An archive in the making. */
class Archive {
  readonly #one: Tool;
  readonly #parts: Buffer[] = [];
  #hasStripped = false;
  hasFailed = false;

  constructor(one: Tool) {
    this.#one = one;
  }

  /** Adds a file, or a folder with what is in it. */
  async add(operand: string): Promise<void> {
    const { files } = this.#one.context;
    const path = pathOf(this.#one, operand);
    try {
      const followLinks = this.#one.options.has("h");
      const { type, mode, uid, gid, modifiedAt } = files.status(path, { followLinks });
      const name = await this.#nameOf(operand);
      const contents = type === "file" ? files.read(path) : Buffer.alloc(0);
      const target = type === "symlink" ? files.readLink(path) : "";
      const shown = type === "directory" ? `${name.replace(/\/+$/, "")}/` : name;
      this.#parts.push(writeEntry({ name: shown, type, mode, uid, gid, modifiedAt, target, contents }));
      if (this.#one.options.has("v")) {
        await write(
          toStandardOutput(this.#one) ? this.#one.context.stderr : this.#one.context.stdout,
          `${shown}\n`,
        );
      }
      for (const child of type === "directory" ? files.list(path) : []) {
        await this.add(posix.join(operand, child));
      }
    } catch (error) {
      this.hasFailed = true;
      const reason = reasonOf(error);
      await this.#one.complain(this.#one.text(`${operand}: ${reason}`, `${operand}: Cannot stat: ${reason}`));
    }
  }

  async finish(): Promise<void> {
    const length = this.#parts.reduce((sum, part) => sum + part.length, 0);
    const bytes = Buffer.concat([...this.#parts, archiveEnd(length)]);
    const packed = this.#one.options.has("z") ? gzipSync(bytes) : bytes;
    if (toStandardOutput(this.#one)) {
      await this.#one.out(packed);
    } else {
      const file = this.#one.options.value("f") ?? "";
      this.#one.context.files.write(this.#one.path(file), packed);
    }
  }

  /** Members are never absolute, and never lead upwards. */
  async #nameOf(operand: string): Promise<string> {
    const [leading = ""] = /^(?:.*\/)?\.\.(?=\/|$)\/*|^\/+/.exec(operand) ?? [];
    if (leading !== "" && !this.#hasStripped) {
      this.#hasStripped = true;
      await this.#one.complain(
        this.#one.text(
          `removing leading '${leading}' from member names`,
          `Removing leading \`${leading}' from member names`,
        ),
      );
    }
    return operand.slice(leading.length) || ".";
  }
}

function toStandardOutput(one: Tool): boolean {
  return (one.options.value("f") ?? "-") === "-";
}

function pathOf(one: Tool, name: string): string {
  return posix.resolve(one.path(one.options.value("C") ?? "."), name);
}

async function take(one: Tool, isExtracting: boolean): Promise<number> {
  const file = one.options.value("f") ?? "-";
  let failed = false;
  try {
    const bytes = await one.read(file);
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    for (const entry of readEntries(isPacked ? gunzipSync(bytes) : bytes)) {
      if (one.operands.length === 0 || one.operands.some((operand) => isWithin(entry.name, operand))) {
        failed = !(await takeOne(one, entry, isExtracting)) || failed;
      }
    }
  } catch (error) {
    if (error instanceof TarProblem) {
      throw new ToolFailure(
        one.text(error.message, "This does not look like a tar archive"),
        one.isBusybox ? 1 : 2,
      );
    }
    throw new ToolFailure(one.cannotOpen(file, error), one.isBusybox ? 1 : 2);
  }
  return failed ? (one.isBusybox ? 1 : 2) : 0;
}

function isWithin(name: string, operand: string): boolean {
  const bare = name.replace(/\/+$/, "");
  const wanted = operand.replace(/\/+$/, "");
  return bare === wanted || bare.startsWith(`${wanted}/`);
}

async function takeOne(one: Tool, entry: TarEntry, isExtracting: boolean): Promise<boolean> {
  if (!isExtracting || one.options.has("v")) {
    await one.out(`${entry.name}\n`);
  }
  if (!isExtracting) {
    return true;
  }
  if (one.options.has("O")) {
    await one.out(entry.contents);
    return true;
  }
  try {
    unpack(one, entry);
    return true;
  } catch (error) {
    const reason = reasonOf(error);
    const text = one.text(`can't open '${entry.name}': ${reason}`, `${entry.name}: Cannot open: ${reason}`);
    await one.complain(text);
    return false;
  }
}

/** Puts a member into its place, below the folder that is unpacked to. */
function unpack(one: Tool, entry: TarEntry): void {
  const { files } = one.context;
  const name = entry.name.replace(/^(?:.*\/)?\.\.(?=\/|$)\/*|^\/+/, "");
  const path = pathOf(one, name);
  if (entry.type === "directory") {
    files.makeDirectory(path, { recursive: true });
  } else {
    files.makeDirectory(posix.dirname(path), { recursive: true });
    if (files.exists(path) && files.status(path, { followLinks: false }).type !== "file") {
      files.remove(path);
    }
    if (entry.type === "symlink") {
      files.link(entry.target, path);
      return;
    }
    const source = entry.type === "hardlink" ? files.read(pathOf(one, entry.target)) : entry.contents;
    files.write(path, source);
  }
  files.changeMode(path, entry.mode);
  if (!one.options.has("m")) {
    files.touch(path, entry.modifiedAt);
  }
}
