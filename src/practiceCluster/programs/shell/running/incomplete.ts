import { Parser } from "../parsing/parser.ts";
import { ShellSyntaxError, Source } from "../parsing/source.ts";
import type { Interpreter } from "./interpreter.ts";

/** Whether a text is the beginning of a command that goes on in the next line. */
export function wantsMore(text: string, { state }: Interpreter): boolean {
  const parser = new Parser(new Source(text), { flavour: state.flavour, aliases: state.aliases });
  try {
    parser.parseAll();
    return /(?:^|[^\\])(?:\\\\)*\\\n$/.test(text) || parser.hereDocuments.isCut;
  } catch (error) {
    if (error instanceof ShellSyntaxError) {
      return error.isIncomplete;
    }
    throw error;
  }
}
