import { posix } from "node:path";
import type { ContainerFileSystem } from "../fileSystem.ts";
import type { Program } from "../program.ts";

/** No program of that name in the container; `exec` and shells word it in their own ways. */
export class CommandNotFound extends Error {
  readonly command: string;

  constructor(command: string) {
    const reason = command.includes("/") ? "no such file or directory" : "executable file not found in $PATH";
    super(
      command.includes("/")
        ? `exec: "${command}": stat ${command}: ${reason}`
        : `exec: "${command}": ${reason}`,
    );
    this.command = command;
  }
}

/** The file is there and may not be run. */
export class PermissionDenied extends Error {
  readonly command: string;

  constructor(command: string) {
    super(`exec: "${command}": permission denied`);
    this.command = command;
  }
}

export interface SearchOptions {
  readonly programs: Readonly<Record<string, Program>>;
  readonly files: ContainerFileSystem;
  readonly searchPath: string;
  readonly directory: string;
}

export interface FoundProgram {
  readonly program: Program;
  readonly argv: readonly string[];
}

/** A program stands in the file tree as a small file that begins so and names its path, so that it can be copied or linked. */
const programMark = "\x7fELF\n";
const mostInterpreters = 4;

export const programFile = (path: string): string => `${programMark}${path}\n`;

/**
 * Finds what execvp would run: a program of the image by path or by name on PATH, or a script's interpreter.
 * Throws CommandNotFound or PermissionDenied.
 */
export function findProgram(argv: readonly string[], options: SearchOptions, depth = 0): FoundProgram {
  const command = argv[0] ?? "";
  const path = locate(command, options);
  const { programs, files } = options;
  const direct = Object.hasOwn(programs, path) ? programs[path] : undefined;
  if (direct && !files.exists(path)) {
    return { program: direct, argv };
  }
  const head = files.read(path).subarray(0, 512).toString("latin1");
  if (head.startsWith(programMark)) {
    const program = programs[head.slice(programMark.length).trimEnd()];
    if (program) {
      return { program, argv };
    }
  }
  const [, interpreter, argument] = /^#![ \t]*(\S+)(?:[ \t]+([^\n]*\S))?/.exec(head) ?? [];
  if (depth >= mostInterpreters) {
    throw new PermissionDenied(command);
  }
  // a file without a first line of its own is a script of the shell, as execvp and shells take it
  const runner = interpreter === undefined ? ["/bin/sh"] : [interpreter, ...(argument ? [argument] : [])];
  const found = findProgram([...runner, path, ...argv.slice(1)], options, depth + 1);
  return found;
}

/** The path of a command. Throws CommandNotFound or PermissionDenied. */
export function locate(command: string, options: SearchOptions): string {
  const { searchPath, directory } = options;
  if (command.includes("/")) {
    const path = posix.resolve(directory, command);
    const state = stateOf(path, options);
    if (state === "executable") {
      return path;
    }
    throw state === "missing" ? new CommandNotFound(command) : new PermissionDenied(command);
  }
  let isThere = false;
  for (const folder of command === "" ? [] : searchPath.split(":")) {
    const path = posix.resolve(directory, folder, command);
    const state = stateOf(path, options);
    if (state === "executable") {
      return path;
    }
    isThere ||= state === "forbidden";
  }
  throw isThere ? new PermissionDenied(command) : new CommandNotFound(command);
}

function stateOf(path: string, { files, programs }: SearchOptions): "executable" | "forbidden" | "missing" {
  if (!files.exists(path)) {
    return Object.hasOwn(programs, path) ? "executable" : "missing";
  }
  const { type, mode } = files.status(path);
  if (type === "directory") {
    return "forbidden";
  }
  return (mode & 0o111) !== 0 ? "executable" : "forbidden";
}
