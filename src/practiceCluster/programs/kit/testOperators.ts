import { posix } from "node:path";
import type { ContainerFileSystem, FileStatus } from "../fileSystem.ts";

export interface TestContext {
  readonly files: ContainerFileSystem;
  readonly directory: string;
  readonly isTerminal: (descriptor: number) => boolean;
}

/** `-n`, `-z`; undefined for other operators. */
export function testText(operator: string, operand: string): boolean | undefined {
  return operator === "-n" ? operand !== "" : operator === "-z" ? operand === "" : undefined;
}

const isMode = (bits: number) => (status: FileStatus) => (status.mode & bits) !== 0;

const fileTests: Readonly<Record<string, (status: FileStatus) => boolean>> = {
  "-a": () => true,
  "-e": () => true,
  "-f": ({ type }) => type === "file",
  "-d": ({ type }) => type === "directory",
  "-h": ({ type }) => type === "symlink",
  "-L": ({ type }) => type === "symlink",
  // the container's user is root: it may read and write everything, and run what somebody may run
  "-r": () => true,
  "-w": () => true,
  "-x": (status) => status.type === "directory" || isMode(0o111)(status),
  "-s": ({ size }) => size > 0,
  "-u": isMode(0o4000),
  "-g": isMode(0o2000),
  "-k": isMode(0o1000),
  "-b": () => false,
  "-c": () => false,
  "-p": () => false,
  "-S": () => false,
  "-O": ({ uid }) => uid === 0,
  "-G": ({ gid }) => gid === 0,
};

const devices = ["/dev/null", "/dev/zero", "/dev/urandom", "/dev/random", "/dev/full", "/dev/tty"];

export function isFileTest(operator: string): boolean {
  return Object.hasOwn(fileTests, operator) || operator === "-t";
}

/** Whether a file test holds. */
export function testFile(operator: string, operand: string, context: TestContext): boolean {
  if (operator === "-t") {
    return context.isTerminal(Number(operand));
  }
  const path = posix.resolve(context.directory, operand);
  if (operand !== "" && devices.includes(path)) {
    return ["-e", "-a", "-c", "-r", "-w"].includes(operator);
  }
  const status = statusOf(operand, !["-h", "-L"].includes(operator), context);
  const isWritable = operator !== "-w" || !status || !context.files.mountOf(path).readOnly;
  return status !== undefined && isWritable && (fileTests[operator]?.(status) ?? false);
}

/** `-nt`, `-ot`, `-ef`; undefined for other operators. */
export function compareFiles(
  left: string,
  operator: string,
  right: string,
  context: TestContext,
): boolean | undefined {
  const [a, b] = [statusOf(left, true, context), statusOf(right, true, context)];
  switch (operator) {
    case "-nt":
      return a !== undefined && (b === undefined || a.modifiedAt > b.modifiedAt);
    case "-ot":
      return b !== undefined && (a === undefined || a.modifiedAt < b.modifiedAt);
    case "-ef":
      return (
        a !== undefined && posix.resolve(context.directory, left) === posix.resolve(context.directory, right)
      );
    default:
      return undefined;
  }
}

function statusOf(
  path: string,
  followLinks: boolean,
  { files, directory }: TestContext,
): FileStatus | undefined {
  try {
    return path === "" ? undefined : files.status(posix.resolve(directory, path), { followLinks });
  } catch {
    return undefined;
  }
}
