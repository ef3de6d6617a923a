import { posix } from "node:path";
import { type FileAccess, FileInput, openForReading, openForWriting } from "../../kit/openFile.ts";
import type { Expander } from "../expansion/expander.ts";
import type { Redirection } from "../syntax.ts";
import { type Descriptors, OpenFile } from "./descriptors.ts";
import { ShellFailure } from "./messages.ts";
import type { ShellState } from "./state.ts";

/** Opens what redirections name and puts it into `descriptors`, in order. Throws ShellFailure. */
export async function redirect(
  redirections: readonly Redirection[],
  descriptors: Descriptors,
  expander: Expander,
): Promise<void> {
  for (const redirection of redirections) {
    await redirectOne(redirection, descriptors, expander);
  }
}

async function redirectOne(
  { descriptor, operator, target }: Redirection,
  descriptors: Descriptors,
  expander: Expander,
): Promise<void> {
  const { state } = expander;
  if (operator === "<<" || operator === "<<<") {
    const text = await expander.text(target);
    const readable = new FileInput(Buffer.from(operator === "<<<" ? `${text}\n` : text));
    descriptors.set(descriptor ?? 0, new OpenFile({ readable }));
    return;
  }
  const isReading = operator.startsWith("<");
  const number = descriptor ?? (isReading ? 0 : 1);
  const name = await targetName(target, operator, expander);
  if (operator === "<&" || (operator === ">&" && (/^(\d+|-)$/.test(name) || !state.flavour.isBash))) {
    duplicate(number, name, descriptors, state);
    return;
  }
  const file = open(name, operator, descriptors, state);
  descriptors.set(number, file);
  if (operator.startsWith("&>") || operator === ">&") {
    descriptors.set(2, file.hold());
  }
}

async function targetName(
  target: Redirection["target"],
  operator: string,
  expander: Expander,
): Promise<string> {
  if (!expander.state.flavour.isBash || operator.includes("&")) {
    return await expander.text(target);
  }
  const fields = await expander.fields([target]);
  if (fields.length !== 1) {
    throw new ShellFailure(`${await expander.text(target)}: ambiguous redirect`, 1);
  }
  return fields[0] ?? "";
}

function duplicate(number: number, name: string, descriptors: Descriptors, state: ShellState): void {
  if (name === "-") {
    descriptors.close(number);
    return;
  }
  const source = /^\d+$/.test(name) ? descriptors.get(Number(name)) : undefined;
  if (!source) {
    throw state.messages.badDescriptor(name);
  }
  descriptors.set(number, source.hold());
}

function open(
  name: string,
  operator: Redirection["operator"],
  descriptors: Descriptors,
  state: ShellState,
): OpenFile {
  const access = fileAccess(descriptors, state);
  const isForWriting = operator !== "<";
  try {
    if (operator === "<") {
      return new OpenFile({ readable: openForReading(name, access) });
    }
    if (operator === "<>") {
      const writable = openForWriting(name, access, { append: true });
      return new OpenFile({ readable: openForReading(name, access), writable });
    }
    refuseOverwriting(name, operator, state);
    return new OpenFile({ writable: openForWriting(name, access, { append: operator.endsWith(">>") }) });
  } catch (error) {
    throw state.messages.redirection(name, isForWriting, error);
  }
}

/** `set -C`. Devices may be written to. */
function refuseOverwriting(name: string, operator: string, state: ShellState): void {
  const path = posix.resolve(state.directory, name);
  if (
    operator === ">" &&
    state.options.has("noclobber") &&
    !path.startsWith("/dev/") &&
    state.files.exists(path)
  ) {
    throw Object.assign(new Error("EEXIST"), { code: "EEXIST" });
  }
}

/** How files are opened from a shell: /dev/fd/3 is the shell's own. */
export function fileAccess(descriptors: Descriptors, { files, directory }: ShellState): FileAccess {
  return {
    files,
    directory,
    descriptor: (number) => descriptors.get(number) ?? {},
  };
}
