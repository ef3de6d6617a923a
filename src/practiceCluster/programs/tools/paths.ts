import { posix } from "node:path";
import { reasonOf } from "../kit/errors.ts";
import { realPath } from "../kit/realPath.ts";
import { modeText } from "./fileTexts.ts";
import { blocksOf, ownerName } from "./listing.ts";
import { humanSize } from "./sizes.ts";
import { type Tool, ToolFailure, tool, UsageFailure } from "./tool.ts";

export const basename = tool({ short: "+as:", long: {} }, async (run) => {
  const [path, suffix = run.options.value("s") ?? ""] = run.operands;
  if (path === undefined) {
    throw new UsageFailure("missing operand");
  }
  const name = path === "/" ? "/" : posix.basename(path);
  await run.out(
    `${suffix !== "" && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name}\n`,
  );
  return 0;
});

export const dirname = tool({ short: "+" }, async (run) => {
  if (run.operands.length === 0) {
    throw new UsageFailure("missing operand");
  }
  for (const operand of run.operands) {
    await run.out(`${posix.dirname(operand)}\n`);
  }
  return 0;
});

export const readlink = tool({ short: "fnvseqmz", long: { canonicalize: "f" } }, async (run) => {
  const { files } = run.context;
  for (const operand of run.operands) {
    const path = run.path(operand);
    if (run.options.has("f") || run.options.has("e")) {
      if (!files.exists(posix.dirname(path))) {
        return 1;
      }
      await run.out(`${realPath(path, files)}\n`);
      continue;
    }
    try {
      await run.out(`${files.readLink(path)}${run.options.has("n") ? "" : "\n"}`);
    } catch {
      return 1;
    }
  }
  return 0;
});

export const realpath = tool({ short: "esm", long: {} }, async (run) => {
  const { files } = run.context;
  for (const operand of run.operands) {
    const path = run.path(operand);
    if (!files.exists(posix.dirname(path)) || (run.isBusybox && !files.exists(path))) {
      throw new ToolFailure(`${operand}: No such file or directory`);
    }
    await run.out(`${realPath(path, files)}\n`);
  }
  return 0;
});

export const du = tool(
  { short: "aHLdclsxhmkb", long: { "human-readable": "h", summarize: "s", bytes: "b", all: "a" } },
  async (run) => {
    const { files } = run.context;
    const show = (kilobytes: number) =>
      run.options.has("h")
        ? humanSize(kilobytes * 1024)
        : run.options.has("m")
          ? String(Math.ceil(kilobytes / 1024))
          : String(kilobytes);
    const lines: string[] = [];
    const visit = (path: string, shown: string, isTop: boolean): number => {
      const status = files.status(path, { followLinks: false });
      let total = blocksOf(status);
      if (status.type === "directory") {
        for (const name of files.list(path)) {
          total += visit(posix.join(path, name), shown === "/" ? `/${name}` : `${shown}/${name}`, false);
        }
      }
      if (isTop || (!run.options.has("s") && (status.type === "directory" || run.options.has("a")))) {
        lines.push(`${show(total)}\t${shown}\n`);
      }
      return total;
    };
    let status = 0;
    for (const operand of run.operands.length > 0 ? run.operands : ["."]) {
      try {
        visit(run.path(operand), operand, true);
      } catch (error) {
        const reason = reasonOf(error);
        await run.complain(run.text(`${operand}: ${reason}`, `cannot access '${operand}': ${reason}`));
        status = 1;
      }
    }
    await run.out(lines.join(""));
    return status;
  },
);

/** Volumes are folders without a limit of their own; the figures are those of a disk that is half empty. */
const diskKilobytes = 20 * 1024 * 1024;
const usedKilobytes = 8 * 1024 * 1024;

export const df = tool({ short: "hkmTPaiB:t:", long: { "human-readable": "h" } }, async (run) => {
  const { files } = run.context;
  const isHuman = run.options.has("h");
  const show = (kilobytes: number) => (isHuman ? humanSize(kilobytes * 1024) : String(kilobytes));
  const sizeTitle = isHuman ? "Size" : "1K-blocks";
  const title = `Filesystem           ${sizeTitle.padStart(9)}      Used Available Use% Mounted on\n`;
  const paths = run.operands.length > 0 ? run.operands : ["/"];
  let text = title;
  for (const operand of paths) {
    const path = run.path(operand);
    if (!files.exists(path)) {
      throw new ToolFailure(
        run.text(`${operand}: can't find mount point`, `${operand}: No such file or directory`),
      );
    }
    const mount = files.mountOf(path);
    const name = mount.kind === "volume" ? "/dev/vda1" : mount.kind === "emptyDir" ? "/dev/vda1" : mount.kind;
    const cells = [show(diskKilobytes), show(usedKilobytes), show(diskKilobytes - usedKilobytes)];
    text += `${name.padEnd(20)} ${cells.map((cell) => cell.padStart(9)).join(" ")}  40% ${mount.mountPoint}\n`;
  }
  await run.out(text);
  return 0;
});

export const stat = tool({ short: "c:ftL", long: { format: "c" } }, async (run) => {
  const { files } = run.context;
  let status = 0;
  for (const operand of run.operands) {
    try {
      const found = files.status(run.path(operand), { followLinks: run.options.has("L") });
      const format = run.options.value("c");
      await run.out(
        format === undefined ? describe(run, operand, found) : `${formatted(run, operand, found, format)}\n`,
      );
    } catch (error) {
      const reason = reasonOf(error);
      await run.complain(
        run.text(`can't stat '${operand}': ${reason}`, `cannot statx '${operand}': ${reason}`),
      );
      status = 1;
    }
  }
  return status;
});

type Found = ReturnType<Tool["context"]["files"]["status"]>;

const typeNames = { file: "regular file", directory: "directory", symlink: "symbolic link" } as const;
const typeName = ({ type, size }: Found) =>
  type === "file" && size === 0 ? "regular empty file" : typeNames[type];

function formatted(run: Tool, name: string, found: Found, format: string): string {
  const values: Readonly<Record<string, string>> = {
    n: name,
    N: `'${name}'`,
    s: String(found.size),
    a: (found.mode & 0o7777).toString(8),
    A: modeText(found),
    u: String(found.uid),
    g: String(found.gid),
    U: ownerName(run, found.uid, "/etc/passwd"),
    G: ownerName(run, found.gid, "/etc/group"),
    F: typeName(found),
    Y: String(Math.floor(found.modifiedAt / 1000)),
    y: new Date(found.modifiedAt).toISOString().replace("T", " ").replace("Z", "000000 +0000"),
    h: "1",
    b: String(blocksOf(found) * 2),
    B: "512",
  };
  return format.replace(/%([a-zA-Z])/g, (all, letter: string) => values[letter] ?? all);
}

function describe(run: Tool, name: string, found: Found): string {
  const time = new Date(found.modifiedAt).toISOString().replace("T", " ").replace("Z", "000000 +0000");
  const octal = found.mode.toString(8).padStart(4, "0");
  const owner = `Uid: (${String(found.uid).padStart(5)}/${ownerName(run, found.uid, "/etc/passwd").padStart(8)})   Gid: (${String(found.gid).padStart(5)}/${ownerName(run, found.gid, "/etc/group").padStart(8)})`;
  return (
    `  File: ${name}\n` +
    `  Size: ${String(found.size).padEnd(10)}\tBlocks: ${String(blocksOf(found) * 2).padEnd(10)} IO Block: 4096   ${typeName(found)}\n` +
    `Access: (${octal}/${modeText(found)})  ${owner}\n` +
    `Access: ${time}\nModify: ${time}\nChange: ${time}\n`
  );
}
