import { execute, QueryFailure } from "./execute.ts";
import { promptHelp } from "./helpText.ts";
import { type Lines, linesOfText } from "./lines.ts";
import { type CommandSurroundings, runCommand } from "./metaCommands.ts";
import type { PsqlSession } from "./session.ts";
import { type Piece, StatementReader } from "./statements.ts";

const succeeded = 0;
const scriptFailed = 3;

/** Reads input to its end, running what it holds. Returns the exit code: 3 when an error stopped it. */
export class ScriptRunner {
  readonly #session: PsqlSession;
  readonly #lines: Lines;
  readonly #reader: StatementReader;
  #lastStatement: string | undefined;

  constructor(session: PsqlSession, lines: Lines) {
    this.#session = session;
    this.#lines = lines;
    this.#reader = new StatementReader(session.variables);
  }

  async run(): Promise<number> {
    const session = this.#session;
    for (let line = await this.#nextLine(); line !== undefined; line = await this.#nextLine()) {
      if (session.interactive && line.trim() === "help" && this.#reader.state === "=") {
        session.write(promptHelp);
        continue;
      }
      this.#reader.add(`${line}\n`);
      const code = await this.#runPieces();
      if (code !== undefined) {
        return code;
      }
    }
    return await this.#finish();
  }

  async #nextLine(): Promise<string | undefined> {
    const line = await this.#lines.next(this.#prompt());
    if (line !== undefined && this.#session.place) {
      this.#session.place.line++;
    }
    return line;
  }

  #prompt(): string {
    const { interactive, client } = this.#session;
    if (!interactive) {
      return "";
    }
    const mark = client.parameters.is_superuser === "on" ? "#" : ">";
    const transaction = { I: "", T: "*", E: "!" }[client.transactionStatus] ?? "";
    return `${client.options.database}${this.#reader.state}${transaction}${mark} `;
  }

  /** Runs what is complete; a code ends the script. */
  async #runPieces(): Promise<number | undefined> {
    const session = this.#session;
    for (let piece = this.#reader.next(); piece; piece = this.#reader.next()) {
      const isRight = await this.#runPiece(piece);
      if (session.ended) {
        return isRight ? succeeded : scriptFailed;
      }
      if (!isRight && session.stopsOnError && !session.interactive) {
        return scriptFailed;
      }
    }
    return undefined;
  }

  async #finish(): Promise<number> {
    const session = this.#session;
    if (session.interactive) {
      session.write("\\q\n");
      return succeeded;
    }
    const piece = this.#reader.finish();
    const isRight = piece === undefined || (await this.#runPiece(piece));
    return !isRight && session.stopsOnError ? scriptFailed : succeeded;
  }

  async #runPiece(piece: Piece): Promise<boolean> {
    const session = this.#session;
    if (piece.kind === "command") {
      try {
        return await runCommand(session, piece.name, piece.rest, this.#surroundings());
      } catch (cause) {
        if (cause instanceof QueryFailure) {
          session.complain(cause.message);
          return false;
        }
        throw cause;
      }
    }
    this.#lastStatement = piece.text;
    if (session.echoQueries) {
      session.write(`${piece.text}\n`);
    }
    return await execute(session, piece.text, this.#lines);
  }

  #surroundings(): CommandSurroundings {
    return {
      takeStatement: () => this.#reader.takeStatement(),
      reset: () => this.#reader.reset(),
      include: (path) => includeFile(this.#session, path),
      send: (statement, settings) => execute(this.#session, statement, this.#lines, settings),
      lastStatement: this.#lastStatement,
    };
  }
}

/** Runs a file of the container (\i, -f). False when it is missing or an error stopped it. */
export async function includeFile(session: PsqlSession, path: string): Promise<boolean> {
  const { files, directory } = session.context;
  const absolute = path.startsWith("/") ? path : `${directory.replace(/\/$/, "")}/${path}`;
  if (!files.exists(absolute)) {
    session.complain(`${session.place ? "" : "psql: error: "}${path}: No such file or directory`);
    return false;
  }
  const [place, interactive] = [session.place, session.interactive];
  session.place = { file: path, line: 0 };
  session.interactive = false;
  try {
    const lines = linesOfText(files.read(absolute).toString("utf8"));
    return (await new ScriptRunner(session, lines).run()) === succeeded;
  } finally {
    session.place = place;
    session.interactive = interactive;
  }
}
