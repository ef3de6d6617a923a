import { posix } from "node:path";
import type { Readable, Writable } from "node:stream";
import { reasonOf } from "../kit/errors.ts";
import { readAll } from "../kit/input.ts";
import { openForReading, openForWriting } from "../kit/openFile.ts";
import { write } from "../kit/output.ts";
import type { ProcessContext, Program } from "../program.ts";
import { OptionProblem, type OptionSpec, type Options, readOptions } from "./options.ts";

/** Whose words the messages are in: busybox's, or those of Debian's packages. */
export type Style = "busybox" | "gnu";

/** A tool ends with a message. */
export class ToolFailure extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** A tool ends with a message and a hint on how it is used. */
export class UsageFailure extends ToolFailure {}

/** One run of a tool: its options and its ways to the outside. */
export class Tool {
  readonly context: ProcessContext;
  readonly style: Style;
  readonly name: string;
  readonly options: Options;

  constructor(context: ProcessContext, style: Style, name: string, options: Options) {
    this.context = context;
    this.style = style;
    this.name = name;
    this.options = options;
  }

  get isBusybox(): boolean {
    return this.style === "busybox";
  }

  get operands(): readonly string[] {
    return this.options.operands;
  }

  /** Chooses between the words of busybox and of GNU. */
  text(busybox: string, gnu: string): string {
    return this.isBusybox ? busybox : gnu;
  }

  path(operand: string): string {
    return posix.resolve(this.context.directory, operand);
  }

  out(text: string | Uint8Array): Promise<void> {
    return write(this.context.stdout, text);
  }

  /** Writes a message with the tool's name before it. */
  async complain(text: string): Promise<void> {
    await write(this.context.stderr, `${this.name}: ${text}\n`);
  }

  /** Opens a file to read; "-" is the standard input. Throws with a code. */
  open(operand: string): Readable {
    return operand === "-" ? this.context.stdin : openForReading(operand, this.#access);
  }

  create(operand: string, options: { append?: boolean } = {}): Writable {
    return openForWriting(operand, this.#access, options);
  }

  get #access() {
    const { files, directory, stdin, stdout, stderr } = this.context;
    const streams = [{ readable: stdin }, { writable: stdout }, { writable: stderr }];
    return { files, directory, descriptor: (number: number) => streams[number] ?? {} };
  }

  /** The whole of a file or of the standard input. */
  async read(operand: string): Promise<Buffer> {
    return await readAll(this.open(operand), this.context.killed);
  }

  /**
   * Does something with each input (standard input when none is named); one that cannot be read is told. Resolves
   * with the exit code.
   */
  async eachInput(
    operands: readonly string[],
    work: (input: Readable, name: string, index: number) => Promise<void>,
  ): Promise<number> {
    let status = 0;
    for (const [index, operand] of (operands.length > 0 ? operands : ["-"]).entries()) {
      let input: Readable;
      try {
        input = this.open(operand);
      } catch (error) {
        await this.complain(this.cannotOpen(operand, error));
        status = 1;
        continue;
      }
      await work(input, operand, index);
    }
    return status;
  }

  cannotOpen(operand: string, error: unknown): string {
    const reason = reasonOf(error);
    if (this.isBusybox) {
      return reason === "Is a directory" ? `read error: ${reason}` : `can't open '${operand}': ${reason}`;
    }
    return `${operand}: ${reason}`;
  }
}

export type RunTool = (tool: Tool) => Promise<number> | number;
export type MakeProgram = (style: Style) => Program;

/** Makes a program of a tool. `usageCode` is the exit code of a bad option with GNU. */
export function tool(spec: OptionSpec, run: RunTool, { usageCode = 1 } = {}): MakeProgram {
  return (style) => async (context) => {
    const name = posix.basename(context.argv[0] ?? "");
    try {
      const options = readOptions(context.argv.slice(1), spec);
      return await run(new Tool(context, style, name, options));
    } catch (error) {
      if (error instanceof OptionProblem) {
        context.stderr.write(usageText(name, style, error.message));
        return style === "busybox" ? 1 : usageCode;
      }
      if (error instanceof UsageFailure) {
        context.stderr.write(usageText(name, style, error.message));
        return error.exitCode;
      }
      if (error instanceof ToolFailure) {
        context.stderr.write(`${name}: ${error.message}\n`);
        return error.exitCode;
      }
      throw error;
    }
  };
}

function usageText(name: string, style: Style, problem: string): string {
  return style === "busybox"
    ? `${name}: ${problem}\nUsage: ${name} [OPTIONS] [ARGUMENTS]\n`
    : `${name}: ${problem}\nTry '${name} --help' for more information.\n`;
}
