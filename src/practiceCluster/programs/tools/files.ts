import { posix } from "node:path";
import { codeOf, reasonOf } from "../kit/errors.ts";
import { changedMode } from "./fileTexts.ts";
import { type Tool, ToolFailure, tool, UsageFailure } from "./tool.ts";

const recursive = { recursive: "r" };

const missingOperand = (run: Tool) => new UsageFailure(run.text("missing operand", "missing operand"));

function typeOf(run: Tool, path: string, followLinks = true): "file" | "directory" | "symlink" | undefined {
  try {
    return run.context.files.status(path, { followLinks }).type;
  } catch {
    return undefined;
  }
}

/** Splits sources from the target of cp, mv and ln. Throws ToolFailure. */
function readTarget(run: Tool): {
  readonly sources: readonly string[];
  readonly target: string;
  readonly isFolder: boolean;
} {
  const folder = run.options.value("t");
  const operands = folder === undefined ? run.operands : [...run.operands, folder];
  const target = operands.at(-1);
  if (target === undefined || operands.length < 2) {
    throw new ToolFailure(
      operands.length === 0
        ? run.text("missing operand", "missing file operand")
        : run.text("missing operand", `missing destination file operand after '${target}'`),
    );
  }
  const isFolder = typeOf(run, run.path(target)) === "directory" && !run.options.has("T");
  const sources = operands.slice(0, -1);
  if (sources.length > 1 && !isFolder) {
    throw new ToolFailure(
      run.text(`can't create '${target}': Not a directory`, `target '${target}' is not a directory`),
    );
  }
  return { sources, target, isFolder };
}

export const cp = tool(
  { short: "arRfidpLHPTunlst:v", long: { ...recursive, archive: "a", force: "f", verbose: "v" } },
  async (run) => {
    const { sources, target, isFolder } = readTarget(run);
    const isDeep = ["r", "R", "a"].some((letter) => run.options.has(letter));
    let status = 0;
    for (const source of sources) {
      const to = isFolder ? posix.join(target, posix.basename(source)) : target;
      status = (await copyOne(run, source, to, isDeep)) ? status : 1;
    }
    return status;
  },
);

async function copyOne(run: Tool, from: string, to: string, isDeep: boolean): Promise<boolean> {
  const { files } = run.context;
  const keepsLinks = run.options.has("a") || run.options.has("d") || run.options.has("P");
  const type = typeOf(run, run.path(from), !keepsLinks);
  if (type === undefined) {
    await run.complain(
      run.text(
        `can't stat '${from}': No such file or directory`,
        `cannot stat '${from}': No such file or directory`,
      ),
    );
    return false;
  }
  if (type === "directory" && !isDeep) {
    await run.complain(
      run.text(`omitting directory '${from}'`, `-r not specified; omitting directory '${from}'`),
    );
    return false;
  }
  try {
    const source = run.path(from);
    const target = run.path(to);
    if (source === target) {
      await run.complain(`'${from}' and '${to}' are the same file`);
      return false;
    }
    if (type === "directory") {
      return await copyFolder(run, from, to);
    }
    if (type === "symlink") {
      files.link(files.readLink(source), target);
      return true;
    }
    files.write(target, files.read(source));
    files.changeMode(target, files.status(source).mode);
    if (run.options.has("p") || run.options.has("a")) {
      files.touch(target, files.status(source).modifiedAt);
    }
    return true;
  } catch (error) {
    const reason = reasonOf(error);
    await run.complain(
      run.text(`can't create '${to}': ${reason}`, `cannot create regular file '${to}': ${reason}`),
    );
    return false;
  }
}

async function copyFolder(run: Tool, from: string, to: string): Promise<boolean> {
  const { files } = run.context;
  if (!files.exists(run.path(to))) {
    files.makeDirectory(run.path(to), { mode: files.status(run.path(from)).mode });
  }
  let isDone = true;
  for (const name of files.list(run.path(from))) {
    isDone = (await copyOne(run, `${from}/${name}`, `${to}/${name}`, true)) && isDone;
  }
  return isDone;
}

export const mv = tool({ short: "finTt:v", long: { force: "f", "no-clobber": "n" } }, async (run) => {
  const { sources, target, isFolder } = readTarget(run);
  let status = 0;
  for (const source of sources) {
    const to = isFolder ? posix.join(target, posix.basename(source)) : target;
    status = (await moveOne(run, source, to)) ? status : 1;
  }
  return status;
});

async function moveOne(run: Tool, from: string, to: string): Promise<boolean> {
  const { files } = run.context;
  const type = typeOf(run, run.path(from), false);
  if (type === undefined) {
    await run.complain(
      run.text(
        `can't rename '${from}': No such file or directory`,
        `cannot stat '${from}': No such file or directory`,
      ),
    );
    return false;
  }
  if (run.options.has("n") && files.exists(run.path(to))) {
    return true;
  }
  try {
    files.rename(run.path(from), run.path(to));
    return true;
  } catch (error) {
    if (codeOf(error) !== "EXDEV") {
      const reason = reasonOf(error);
      await run.complain(
        run.text(`can't rename '${from}': ${reason}`, `cannot move '${from}' to '${to}': ${reason}`),
      );
      return false;
    }
  }
  // from one volume to another
  const isCopied = await copyOne(run, from, to, true);
  if (isCopied) {
    files.remove(run.path(from), { recursive: true });
  }
  return isCopied;
}

export const rm = tool({ short: "rRfivd", long: { ...recursive, force: "f", verbose: "v" } }, async (run) => {
  const isForced = run.options.has("f");
  const isDeep = run.options.has("r") || run.options.has("R");
  if (run.operands.length === 0 && !isForced) {
    throw missingOperand(run);
  }
  let status = 0;
  for (const operand of run.operands) {
    status = (await removeOne(run, operand, isForced, isDeep)) ? status : 1;
  }
  return status;
});

async function removeOne(run: Tool, operand: string, isForced: boolean, isDeep: boolean): Promise<boolean> {
  const { files } = run.context;
  const path = run.path(operand);
  const name = posix.basename(operand);
  if (name === "." || name === "..") {
    await run.complain(
      run.text("can't remove '.' or '..'", `refusing to remove '.' or '..' directory: skipping '${operand}'`),
    );
    return false;
  }
  const type = typeOf(run, path, false);
  if (type === undefined) {
    if (!isForced) {
      await run.complain(
        run.text(
          `can't remove '${operand}': No such file or directory`,
          `cannot remove '${operand}': No such file or directory`,
        ),
      );
    }
    return isForced;
  }
  if (type === "directory" && !isDeep) {
    await run.complain(run.text(`'${operand}' is a directory`, `cannot remove '${operand}': Is a directory`));
    return false;
  }
  try {
    removeTree(run, path);
    return true;
  } catch (error) {
    const reason = reasonOf(error);
    await run.complain(
      run.text(`can't remove '${operand}': ${reason}`, `cannot remove '${operand}': ${reason}`),
    );
    return false;
  }
  function removeTree(tool: Tool, target: string): void {
    // what is inside goes even where the folder itself is a mount point that stays
    if (typeOf(tool, target, false) === "directory") {
      for (const child of files.list(target)) {
        removeTree(tool, posix.join(target, child));
      }
    }
    files.remove(target, { recursive: true });
  }
}

export const mkdir = tool({ short: "pm:v", long: { parents: "p", mode: "m" } }, async (run) => {
  if (run.operands.length === 0) {
    throw missingOperand(run);
  }
  const mode = changedMode(0o755, run.options.value("m") ?? "755", true);
  let status = 0;
  for (const operand of run.operands) {
    try {
      run.context.files.makeDirectory(run.path(operand), {
        recursive: run.options.has("p"),
        ...(mode === undefined ? {} : { mode }),
      });
    } catch (error) {
      const reason = reasonOf(error);
      await run.complain(
        run.text(
          `can't create directory '${operand}': ${reason}`,
          `cannot create directory '${operand}': ${reason}`,
        ),
      );
      status = 1;
    }
  }
  return status;
});

export const rmdir = tool({ short: "p", long: { parents: "p" } }, async (run) => {
  let status = 0;
  for (const operand of run.operands) {
    try {
      if (typeOf(run, run.path(operand), false) === "file") {
        throw Object.assign(new Error(operand), { code: "ENOTDIR" });
      }
      run.context.files.remove(run.path(operand));
    } catch (error) {
      const reason = reasonOf(error);
      await run.complain(run.text(`'${operand}': ${reason}`, `failed to remove '${operand}': ${reason}`));
      status = 1;
    }
  }
  return status;
});

export const touch = tool(
  { short: "acmd:t:r:h", long: { "no-create": "c", date: "d", reference: "r" } },
  async (run) => {
    const { files, clock } = run.context;
    const date = run.options.value("d");
    const reference = run.options.value("r");
    const time =
      reference === undefined
        ? date === undefined
          ? clock.now()
          : Date.parse(date)
        : files.status(run.path(reference)).modifiedAt;
    let status = 0;
    for (const operand of run.operands) {
      try {
        if (files.exists(run.path(operand))) {
          files.touch(run.path(operand), time);
        } else if (!run.options.has("c")) {
          files.write(run.path(operand), "");
        }
      } catch (error) {
        const reason = reasonOf(error);
        await run.complain(run.text(`${operand}: ${reason}`, `cannot touch '${operand}': ${reason}`));
        status = 1;
      }
    }
    return status;
  },
);

export const ln = tool({ short: "sfnbSvTt:", long: { symbolic: "s", force: "f" } }, async (run) => {
  const { files } = run.context;
  const operands = run.operands.length === 1 ? [...run.operands, "."] : run.operands;
  const target = operands.at(-1) ?? "";
  const isFolder = typeOf(run, run.path(target), !run.options.has("n")) === "directory";
  for (const source of operands.slice(0, -1)) {
    const link = isFolder ? posix.join(target, posix.basename(source)) : target;
    try {
      if (run.options.has("f") && typeOf(run, run.path(link), false) !== undefined) {
        files.remove(run.path(link));
      }
      if (run.options.has("s")) {
        files.link(source, run.path(link));
      } else {
        // a second name of a file is a copy here: file trees have no hard links
        files.write(run.path(link), files.read(run.path(source)));
      }
    } catch (error) {
      const reason = reasonOf(error);
      const kind = run.options.has("s") ? "symbolic link" : "hard link";
      throw new ToolFailure(run.text(`${link}: ${reason}`, `failed to create ${kind} '${link}': ${reason}`));
    }
  }
  return 0;
});

/** Changes each operand, and with -R what is below. */
async function eachPath(
  run: Tool,
  operands: readonly string[],
  work: (path: string) => void,
): Promise<number> {
  const { files } = run.context;
  const visit = (path: string) => {
    work(path);
    if (run.options.has("R") && typeOf(run, path, false) === "directory") {
      for (const name of files.list(path)) {
        visit(posix.join(path, name));
      }
    }
  };
  let status = 0;
  for (const operand of operands) {
    try {
      visit(run.path(operand));
    } catch (error) {
      const reason = reasonOf(error);
      const verb = reason === "No such file or directory" ? "cannot access" : "changing permissions of";
      await run.complain(run.text(`${operand}: ${reason}`, `${verb} '${operand}': ${reason}`));
      status = 1;
    }
  }
  return status;
}

export const chmod: ReturnType<typeof tool> = (style) => async (context) => {
  // "-x" may be a mode: those are told from options by hand
  const argv = context.argv.map((word, index) =>
    index > 0 && /^-[rwxXst]+$/.test(word) ? `a${word}` : word,
  );
  return await chmodTool(style)(Object.create(context, { argv: { value: argv } }));
};

const chmodTool = tool({ short: "Rvcf", long: { recursive: "R" } }, async (run) => {
  const [mode, ...operands] = run.operands;
  if (mode === undefined || operands.length === 0) {
    throw missingOperand(run);
  }
  const { files } = run.context;
  if (changedMode(0, mode, false) === undefined) {
    throw new ToolFailure(run.text(`invalid mode '${mode}'`, `invalid mode: '${mode}'`));
  }
  return await eachPath(run, operands, (path) => {
    const status = files.status(path);
    files.changeMode(path, changedMode(status.mode, mode, status.type === "directory") ?? status.mode);
  });
});

function idOf(run: Tool, name: string, file: string): number {
  if (/^\d+$/.test(name)) {
    return Number(name);
  }
  const lines = run.context.files.exists(file) ? run.context.files.read(file).toString().split("\n") : [];
  const found = lines.find((line) => line.startsWith(`${name}:`))?.split(":")[2];
  if (found === undefined) {
    const kind = file === "/etc/passwd" ? "user" : "group";
    throw new ToolFailure(run.text(`unknown user ${name}`, `invalid ${kind}: '${name}'`));
  }
  return Number(found);
}

export const chown = tool({ short: "RhLHPcvf", long: { recursive: "R" } }, async (run) => {
  const [owner, ...operands] = run.operands;
  if (owner === undefined || operands.length === 0) {
    throw missingOperand(run);
  }
  const [user = "", group] = owner.split(/[:.]/);
  const isGroupOnly = run.name === "chgrp";
  const { files } = run.context;
  const uid = user === "" || isGroupOnly ? undefined : idOf(run, user, "/etc/passwd");
  const groupName = isGroupOnly ? owner : group;
  const gid = groupName === undefined || groupName === "" ? undefined : idOf(run, groupName, "/etc/group");
  return await eachPath(run, operands, (path) => {
    const status = files.status(path);
    files.changeOwner(path, uid ?? status.uid, gid ?? status.gid);
  });
});

export const mktemp = tool({ short: "dqp:tu", long: { directory: "d" } }, async (run) => {
  const { files } = run.context;
  const template = run.operands[0] ?? "tmp.XXXXXXXXXX";
  if (!/X{3}$/.test(template) && !/XXX/.test(template)) {
    throw new ToolFailure(run.text("bad template", `too few X's in template '${template}'`));
  }
  const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  const name = template.replace(/X{3,}(?!.*X{3,})/, (all) =>
    [...all].map(() => letters[Math.floor(Math.random() * letters.length)]).join(""),
  );
  const isPlain = run.operands.length === 0 || run.options.has("p") || run.options.has("t");
  const folder = run.options.value("p") ?? run.context.environment["TMPDIR"] ?? "/tmp";
  const path = isPlain ? posix.join(folder, name) : name;
  try {
    if (run.options.has("d")) {
      files.makeDirectory(run.path(path), { mode: 0o700 });
    } else {
      files.write(run.path(path), "", { mode: 0o600 });
    }
  } catch (error) {
    const reason = reasonOf(error);
    throw new ToolFailure(
      run.text(`(null): ${reason}`, `failed to create file via template '${path}': ${reason}`),
    );
  }
  await run.out(`${path}\n`);
  return 0;
});

export const truncate = tool({ short: "s:c", long: { size: "s" } }, async (run) => {
  const { files } = run.context;
  const size =
    Number(run.options.value("s")?.replace(/[kKMG].*$/, "") ?? 0) *
    1024 ** " KMG".indexOf(/[kKMG]/.exec(run.options.value("s") ?? "")?.[0].toUpperCase() ?? " ");
  for (const operand of run.operands) {
    const path = run.path(operand);
    const old = files.exists(path) ? files.read(path) : Buffer.alloc(0);
    files.write(
      path,
      size <= old.length ? old.subarray(0, size) : Buffer.concat([old, Buffer.alloc(size - old.length)]),
    );
  }
  return 0;
});
