import type { ProcessContext, Program } from "../../program.ts";
import { ConnectionFailure, PostgresClient } from "../client/client.ts";
import { connectionOptions } from "../client/options.ts";
import { definedOf, type ReadOptions, readOptions, UsageError } from "../client/readOptions.ts";
import { execute, QueryFailure } from "./execute.ts";
import { type Lines, linesOfText, StreamLines } from "./lines.ts";
import { runCommand } from "./metaCommands.ts";
import { setPrintOption } from "./printCommands.ts";
import { includeFile, ScriptRunner } from "./script.ts";
import { PsqlSession } from "./session.ts";

const optionNames = {
  values: {
    c: "command",
    d: "dbname",
    f: "file",
    F: "field-separator",
    h: "host",
    o: "output",
    p: "port",
    P: "pset",
    R: "record-separator",
    U: "username",
    v: "variable",
    L: "log-file",
    "\u0000set": "set",
  },
  flags: {
    a: "echo-all",
    A: "no-align",
    b: "echo-errors",
    e: "echo-queries",
    E: "echo-hidden",
    l: "list",
    n: "no-readline",
    q: "quiet",
    t: "tuples-only",
    V: "version",
    w: "no-password",
    W: "password",
    x: "expanded",
    X: "no-psqlrc",
    "1": "single-transaction",
    "?": "help",
    "\u0000csv": "csv",
  },
};

const failed = 1;
const badConnection = 2;

/** `psql`: exit 0, 1 for a failed -c or a usage error, 2 for no connection, 3 for a script that an error stopped. */
export function psqlProgram(version: string): Program {
  return async (context) => {
    try {
      const options = readOptions(context.argv, optionNames);
      if (options.flags.has("version")) {
        context.stdout.write(`psql (PostgreSQL) ${version}\n`);
        return 0;
      }
      return await runPsql(context, version, options);
    } catch (cause) {
      return reportFailure(context, cause);
    }
  };
}

function reportFailure(context: ProcessContext, cause: unknown): number {
  if (cause instanceof UsageError) {
    context.stderr.write(`psql: ${cause.message}\npsql: hint: Try "psql --help" for more information.\n`);
    return failed;
  }
  if (cause instanceof ConnectionFailure) {
    context.stderr.write(`psql: error: ${cause.message}\n`);
    return badConnection;
  }
  throw cause;
}

async function runPsql(context: ProcessContext, version: string, options: ReadOptions): Promise<number> {
  const [operandDatabase, operandUser] = options.operands;
  const { values } = options;
  const given = {
    host: values.host,
    port: values.port,
    user: values.username ?? operandUser,
    database: values.dbname ?? operandDatabase ?? (options.flags.has("list") ? "postgres" : undefined),
  };
  const client = await PostgresClient.connect(
    context,
    connectionOptions(definedOf(given), context.environment, "psql"),
  );
  const session = new PsqlSession(context, version, client);
  try {
    applyOptions(session, options);
    return await runInput(session, options);
  } finally {
    session.client.close();
  }
}

function applyOptions(session: PsqlSession, { flags, inOrder, values }: ReadOptions): void {
  session.quiet = true;
  const { print } = session;
  print.format = flags.has("csv") ? "csv" : flags.has("no-align") ? "unaligned" : "aligned";
  print.tuplesOnly = flags.has("tuples-only");
  print.expanded = flags.has("expanded") ? "on" : "off";
  print.fieldSeparator = values["field-separator"] ?? print.fieldSeparator;
  print.recordSeparator = values["record-separator"] ?? print.recordSeparator;
  session.outputFile = values.output;
  session.echoQueries = flags.has("echo-queries") || flags.has("echo-all");
  for (const [name, value] of inOrder) {
    const [variable = "", ...rest] = value.split("=");
    if (name === "variable" || name === "set") {
      session.variables.set(variable, rest.join("="));
    } else if (name === "pset") {
      setPrintOption(session, [variable, rest.join("=")]);
    }
  }
  session.quiet = flags.has("quiet");
}

async function runInput(session: PsqlSession, options: ReadOptions): Promise<number> {
  const actions = options.inOrder.filter(([name]) => name === "command" || name === "file");
  if (options.flags.has("list")) {
    actions.unshift(["command", "\\l"]);
  }
  if (actions.length === 0) {
    return await runStandardInput(session);
  }
  const isOneTransaction = options.flags.has("single-transaction");
  const transact = (statement: string) =>
    isOneTransaction ? quietly(session, statement) : Promise.resolve(true);
  await transact("BEGIN");
  let code = 0;
  for (const [name, value] of actions) {
    code = name === "command" ? await runCommandOption(session, value) : await runFileOption(session, value);
    if (session.ended || (code !== 0 && (session.stopsOnError || name === "command"))) {
      break;
    }
  }
  await transact(code === 0 ? "COMMIT" : "ROLLBACK");
  return code;
}

async function quietly(session: PsqlSession, statement: string): Promise<boolean> {
  const wasQuiet = session.quiet;
  session.quiet = true;
  const isRight = await execute(session, statement, linesOfText(""));
  session.quiet = wasQuiet;
  return isRight;
}

/** -c: a backslash command, or one string of statements as it is. */
async function runCommandOption(session: PsqlSession, command: string): Promise<number> {
  const backslash = /^\s*\\(\S+)\s*([\s\S]*)$/.exec(command);
  if (!backslash) {
    const isRight = command.trim() === "" || (await execute(session, command, standardInput(session)));
    return isRight ? 0 : failed;
  }
  const [, name = "", rest = ""] = backslash;
  const isRight = await runCommand(session, name, rest, {
    takeStatement: () => undefined,
    reset: () => undefined,
    include: (path) => includeFile(session, path),
    send: (statement, settings) => execute(session, statement, standardInput(session), settings),
    lastStatement: undefined,
  }).catch((cause: unknown) => {
    if (!(cause instanceof QueryFailure)) {
      throw cause;
    }
    session.complain(cause.message);
    return false;
  });
  return isRight ? 0 : failed;
}

async function runFileOption(session: PsqlSession, path: string): Promise<number> {
  if (path === "-") {
    return await runStandardInput(session);
  }
  const { files, directory } = session.context;
  const absolute = path.startsWith("/") ? path : `${directory.replace(/\/$/, "")}/${path}`;
  if (!files.exists(absolute)) {
    session.context.stderr.write(`psql: error: ${path}: No such file or directory\n`);
    return failed;
  }
  return (await includeFile(session, path)) ? 0 : 3;
}

/** stdin for a COPY; nobody reads it before there is one. */
function standardInput(session: PsqlSession): Lines {
  let lines: Lines | undefined;
  return {
    next: (prompt) => {
      lines ??= new StreamLines(session.context.stdin, () => undefined);
      return lines.next(prompt);
    },
  };
}

async function runStandardInput(session: PsqlSession): Promise<number> {
  const { context, version } = session;
  session.interactive = context.tty;
  if (session.interactive && !session.quiet) {
    session.write(`psql (${version})\nType "help" for help.\n\n`);
  }
  const lines = new StreamLines(context.stdin, (prompt) => prompt !== "" && session.write(prompt));
  return await new ScriptRunner(session, lines).run();
}
