import { posix } from "node:path";
import type { FileStatus } from "../fileSystem.ts";
import { reasonOf } from "../kit/errors.ts";
import { modeText, timeText } from "./fileTexts.ts";
import { humanSize } from "./sizes.ts";
import { type Tool, tool } from "./tool.ts";

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly status: FileStatus;
}

const longOptions = {
  all: "a",
  "almost-all": "A",
  recursive: "R",
  "human-readable": "h",
  directory: "d",
  reverse: "r",
};

export const ls = tool(
  { short: "1AaCxdLHRFplinshrSXvctukw:gGN", long: { ...longOptions, color: "N" } },
  async (run) => {
    const operands = run.operands.length > 0 ? run.operands : ["."];
    const files: Entry[] = [];
    const folders: Entry[] = [];
    let status = 0;
    for (const operand of operands) {
      const entry = await entryOf(run, operand, run.path(operand));
      if (!entry) {
        status = run.isBusybox ? 1 : 2;
      } else if (isFolder(run, entry) && !run.options.has("d")) {
        folders.push(entry);
      } else {
        files.push(entry);
      }
    }
    await show(run, sorted(run, files));
    for (const [index, folder] of sorted(run, folders).entries()) {
      await showFolder(
        run,
        folder,
        operands.length > 1 || run.options.has("R"),
        files.length > 0 || index > 0,
      );
    }
    return status;
  },
  { usageCode: 2 },
);

function isFolder({ context, options }: Tool, { path, status }: Entry): boolean {
  const isLinkToFolder =
    status.type === "symlink" &&
    !options.has("l") &&
    context.files.exists(path) &&
    context.files.status(path).type === "directory";
  return status.type === "directory" || isLinkToFolder;
}

async function entryOf(run: Tool, name: string, path: string): Promise<Entry | undefined> {
  try {
    const followLinks = run.options.has("L") || name.endsWith("/");
    return { name, path, status: run.context.files.status(path, { followLinks }) };
  } catch (error) {
    const reason = reasonOf(error);
    await run.complain(run.text(`${name}: ${reason}`, `cannot access '${name}': ${reason}`));
    return undefined;
  }
}

async function showFolder(run: Tool, folder: Entry, hasTitle: boolean, hasGap: boolean): Promise<void> {
  const { options, context } = run;
  const all = options.has("a") ? [".", ".."] : [];
  const names = context.files
    .list(folder.path)
    .filter((name) => !name.startsWith(".") || options.has("a") || options.has("A"));
  const entries: Entry[] = [];
  for (const name of [...all, ...names]) {
    const entry = await entryOf(run, name, posix.resolve(folder.path, name));
    if (entry) {
      entries.push(entry);
    }
  }
  const ordered = sorted(run, entries);
  if (hasTitle) {
    await run.out(`${hasGap ? "\n" : ""}${folder.name}:\n`);
  }
  if (options.has("l") || options.has("n") || options.has("g")) {
    await run.out(`total ${ordered.reduce((sum, { status }) => sum + blocksOf(status), 0)}\n`);
  }
  await show(run, ordered);
  for (const entry of options.has("R") ? ordered : []) {
    if (entry.status.type === "directory" && entry.name !== "." && entry.name !== "..") {
      await showFolder(run, { ...entry, name: posix.join(folder.name, entry.name) }, true, true);
    }
  }
}

/** Kilobytes that a file takes on disk, in blocks of 4 KiB. */
export function blocksOf({ type, size }: FileStatus): number {
  return type === "symlink" ? 0 : Math.ceil(size / 4096) * 4;
}

function sorted({ options }: Tool, entries: readonly Entry[]): Entry[] {
  const order = [...entries].sort((a, b) => {
    if (options.has("t")) {
      return b.status.modifiedAt - a.status.modifiedAt || compare(a.name, b.name);
    }
    if (options.has("S")) {
      return b.status.size - a.status.size || compare(a.name, b.name);
    }
    return compare(a.name, b.name);
  });
  return options.has("r") ? order.reverse() : order;
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

async function show(run: Tool, entries: readonly Entry[]): Promise<void> {
  const { options } = run;
  if (options.has("l") || options.has("n") || options.has("g")) {
    await showLong(run, entries);
    return;
  }
  const texts = entries.map(
    (entry) => (options.has("s") ? `${blocksOf(entry.status)} ` : "") + label(run, entry),
  );
  const isTable = run.context.tty && !options.has("1");
  await run.out(
    isTable ? table(texts, run.context.terminal?.columns ?? 80) : texts.map((text) => `${text}\n`).join(""),
  );
}

function label({ options }: Tool, { name, status }: Entry): string {
  const isExecutable = status.type === "file" && (status.mode & 0o111) !== 0;
  const mark = status.type === "directory" ? "/" : status.type === "symlink" ? "@" : isExecutable ? "*" : "";
  return options.has("F") || (options.has("p") && mark === "/") ? name + mark : name;
}

/** Names in columns, as on a terminal. */
function table(texts: readonly string[], columns: number): string {
  const width = Math.max(0, ...texts.map(({ length }) => length)) + 2;
  const across = Math.max(1, Math.floor(columns / width));
  const rows = Math.ceil(texts.length / across);
  let text = "";
  for (let row = 0; row < rows; row++) {
    const cells = texts.filter((_, index) => index % rows === row);
    text += `${cells.map((cell, index) => (index < cells.length - 1 ? cell.padEnd(width) : cell)).join("")}\n`;
  }
  return text;
}

async function showLong(run: Tool, entries: readonly Entry[]): Promise<void> {
  const { context, options } = run;
  const now = context.clock.now();
  const rows = entries.map(({ name, path, status }) => ({
    mode: modeText(status),
    links: status.type === "directory" ? "2" : "1",
    owner: ownerName(run, status.uid, "/etc/passwd"),
    group: ownerName(run, status.gid, "/etc/group"),
    size: options.has("h") ? humanSize(status.size) : String(status.size),
    time: timeText(status.modifiedAt, now),
    name:
      status.type === "symlink"
        ? `${name} -> ${context.files.readLink(path)}`
        : label(run, { name, path, status }),
  }));
  const width = (key: "links" | "owner" | "group" | "size") =>
    Math.max(0, ...rows.map((row) => row[key].length));
  const columns = run.isBusybox
    ? { links: 5, owner: 8, group: 8, size: options.has("h") ? 0 : 9 }
    : { links: width("links"), owner: width("owner"), group: width("group"), size: width("size") };
  if (run.isBusybox && options.has("h")) {
    columns.size = 9;
  }
  for (const row of rows) {
    const start = `${row.mode} ${row.links.padStart(columns.links)} ${row.owner.padEnd(columns.owner)} ${row.group.padEnd(columns.group)} `;
    await run.out(`${start}${row.size.padStart(columns.size)} ${row.time} ${row.name}\n`);
  }
}

/** The name of a user or group, or the number. */
export function ownerName({ context, options }: Tool, id: number, file: string): string {
  if (options.has("n")) {
    return String(id);
  }
  try {
    const lines = context.files.read(file).toString().split("\n");
    return lines.find((line) => line.split(":")[2] === String(id))?.split(":")[0] ?? String(id);
  } catch {
    return String(id);
  }
}
