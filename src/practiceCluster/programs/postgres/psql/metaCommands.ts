import { PostgresClient } from "../client/client.ts";
import { connectionOptions } from "../client/options.ts";
import { describeCommand } from "./describe.ts";
import { execute } from "./execute.ts";
import { metaCommandHelp } from "./helpText.ts";
import { linesOfText } from "./lines.ts";
import { printCommands, setPrintOption } from "./printCommands.ts";
import type { PsqlSession } from "./session.ts";

/** What a backslash command is given besides its arguments. */
export interface CommandSurroundings {
  /** The statement before it that was not sent yet (for \g), taken out of the buffer. */
  takeStatement(): string | undefined;
  /** Empties the buffer (\r). */
  reset(): void;
  /** Runs a script (\i). False when it failed. */
  include(path: string): Promise<boolean>;
  /** Sends a statement with the input that COPY may read. */
  send(statement: string, settings?: PsqlSession["print"]): Promise<boolean>;
  readonly lastStatement: string | undefined;
}

type Command = (
  session: PsqlSession,
  rest: string,
  surroundings: CommandSurroundings,
) => Promise<boolean> | boolean;

/** Runs a backslash command. False when it failed. */
export async function runCommand(
  session: PsqlSession,
  name: string,
  rest: string,
  surroundings: CommandSurroundings,
): Promise<boolean> {
  const command = commands[name] ?? printCommands[name];
  if (command) {
    return await command(session, rest, surroundings);
  }
  if (/^(d|l\+?$|list\+?$|z$|sf|sv)/.test(name)) {
    return await describeCommand(session, name, rest);
  }
  session.complain(`invalid command \\${name}${session.interactive ? "\nTry \\? for help." : ""}`);
  return false;
}

/** Arguments of a command: blanks separate, quotes hold together, :name is replaced. */
export function argumentsOf(session: PsqlSession, rest: string): string[] {
  const pieces = rest.match(/(?:'(?:[^'\\]|\\.|'')*'|"(?:[^"]|"")*"|[^\s'"])+/g) ?? [];
  return pieces.map((piece) =>
    piece
      .replace(/^:(\w+)$/, (all, name: string) => session.variables.get(name) ?? all)
      .replace(/'((?:[^'\\]|\\.|'')*)'/g, (_, inner: string) => withoutEscapes(inner)),
  );
}

const withoutEscapes = (inner: string) =>
  inner
    .replaceAll("''", "'")
    .replace(/\\(.)/g, (_, letter: string) => ({ n: "\n", t: "\t", r: "\r" })[letter] ?? letter);

const connectionWords = ({ client }: PsqlSession): string => {
  const { database, user, host, port } = client.options;
  const place = host.startsWith("/") ? `via socket in "${host}"` : `on host "${host}"`;
  return `You are connected to database "${database}" as user "${user}" ${place} at port "${port}".\n`;
};

async function reconnect(session: PsqlSession, rest: string): Promise<boolean> {
  const given = argumentsOf(session, rest).map((argument) => (argument === "-" ? undefined : argument));
  const [database, user, host, port] = given.map((argument) => argument?.replace(/^"(.*)"$/, "$1"));
  const old = session.client.options;
  const wanted = connectionOptions(
    {
      database: database ?? old.database,
      user: user ?? old.user,
      host: host ?? old.host,
      port: port ?? String(old.port),
    },
    session.context.environment,
    "psql",
  );
  try {
    const client = await PostgresClient.connect(session.context, {
      ...wanted,
      password: wanted.password ?? old.password,
    });
    session.client.close();
    session.client = client;
  } catch (cause) {
    session.complain(cause instanceof Error ? cause.message : String(cause));
    if (session.interactive) {
      session.complain("Previous connection kept");
    } else {
      session.ended = true;
    }
    return false;
  }
  if (!session.quiet) {
    const { database: name, user: role } = session.client.options;
    session.write(`You are now connected to database "${name}" as user "${role}".\n`);
  }
  return true;
}

function setVariable(session: PsqlSession, rest: string): boolean {
  const [name, ...values] = argumentsOf(session, rest);
  if (name === undefined) {
    for (const [variable, value] of [...session.variables].sort()) {
      session.write(`${variable} = '${value}'\n`);
    }
  } else {
    session.variables.set(name, values.join(""));
  }
  return true;
}

async function send(
  session: PsqlSession,
  rest: string,
  { takeStatement, lastStatement, send: sendStatement }: CommandSurroundings,
  expanded: boolean,
): Promise<boolean> {
  const statement = takeStatement() ?? lastStatement;
  if (statement === undefined) {
    return true;
  }
  const target = rest.trim();
  const before = session.outputFile;
  if (target !== "") {
    session.context.files.write(target, "");
    session.outputFile = target;
  }
  try {
    return await sendStatement(statement, {
      ...session.print,
      ...(expanded ? { expanded: "on" as const } : {}),
    });
  } finally {
    session.outputFile = before;
  }
}

async function sendAndStore(
  session: PsqlSession,
  rest: string,
  around: CommandSurroundings,
): Promise<boolean> {
  const statement = around.takeStatement() ?? around.lastStatement;
  if (statement === undefined) {
    return true;
  }
  const { ask } = await import("./execute.ts");
  try {
    const { columns, rows } = await ask(session, statement);
    if (rows.length !== 1) {
      session.complain(
        rows.length === 0 ? "no rows returned for \\gset" : "more than one row returned for \\gset",
      );
      return false;
    }
    for (const [index, { name }] of columns.entries()) {
      const value = rows[0]?.[index];
      if (value === null || value === undefined) {
        session.variables.delete(rest.trim() + name);
      } else {
        session.variables.set(rest.trim() + name, value);
      }
    }
    return true;
  } catch (cause) {
    session.complain(cause instanceof Error ? cause.message : String(cause));
    return false;
  }
}

/** \copy: as COPY, but the file is the client's. */
async function copy(session: PsqlSession, rest: string, around: CommandSurroundings): Promise<boolean> {
  const found = /^([\s\S]*?)\s(from|to)\s+(?:'([^']*)'|(\S+))([\s\S]*)$/i.exec(rest);
  if (!found) {
    session.complain("\\copy: parse error");
    return false;
  }
  const [, what = "", direction = "", quoted, bare = "", more = ""] = found;
  const path = quoted ?? bare;
  const isFrom = direction.toLowerCase() === "from";
  const sql = `COPY ${what} ${direction.toUpperCase()} ${isFrom ? "STDIN" : "STDOUT"}${more}`;
  const { files, directory } = session.context;
  if (quoted === undefined && /^p?std(in|out)$/i.test(path)) {
    return await around.send(sql);
  }
  const absolute = path.startsWith("/") ? path : `${directory}/${path}`;
  if (!isFrom) {
    return await copyTo(session, sql, absolute);
  }
  if (!files.exists(absolute)) {
    session.complain(`${path}: No such file or directory`);
    return false;
  }
  return await execute(session, sql, linesOfText(files.read(absolute).toString("utf8")));
}

async function copyTo(session: PsqlSession, sql: string, path: string): Promise<boolean> {
  const before = session.outputFile;
  session.context.files.write(path, "");
  session.outputFile = path;
  try {
    return await execute(session, sql, linesOfText(""));
  } finally {
    session.outputFile = before;
  }
}

async function shell(session: PsqlSession, rest: string): Promise<boolean> {
  const { context } = session;
  const { stdout, stderr, directory, environment } = context;
  const process = context.spawn({ argv: ["/bin/sh", "-c", rest], stdout, stderr, directory, environment });
  return (await process.exited) === 0;
}

function changePassword(session: PsqlSession): boolean {
  session.complain("\\password needs a terminal that hides input; use ALTER ROLE … PASSWORD instead");
  return false;
}

function isUnset(session: PsqlSession, rest: string): boolean {
  session.variables.delete(rest.trim());
  return true;
}

const say =
  (textOf: (session: PsqlSession, rest: string) => string): Command =>
  (session, rest) => {
    session.write(textOf(session, rest));
    return true;
  };

const echo = (session: PsqlSession, rest: string) => {
  const words = argumentsOf(session, rest);
  return words[0] === "-n" ? words.slice(1).join(" ") : `${words.join(" ")}\n`;
};

function warn(session: PsqlSession, rest: string): boolean {
  session.context.stderr.write(echo(session, rest));
  return true;
}

const commands: Readonly<Record<string, Command>> = {
  q: (session) => {
    session.ended = true;
    return true;
  },
  quit: (session) => {
    session.ended = true;
    return true;
  },
  c: reconnect,
  connect: reconnect,
  conninfo: say(connectionWords),
  "?": say(() => metaCommandHelp),
  copyright: say(
    () => "PostgreSQL Database Management System\n(formerly known as Postgres, then as Postgres95)\n",
  ),
  encoding: say(() => "UTF8\n"),
  echo: say(echo),
  qecho: say(echo),
  warn,
  set: setVariable,
  unset: isUnset,
  timing: (session, rest) => {
    session.timing = rest.trim() === "" ? !session.timing : rest.trim() === "on";
    session.write(`Timing is ${session.timing ? "on" : "off"}.\n`);
    return true;
  },
  pset: (session, rest) => setPrintOption(session, argumentsOf(session, rest)),
  i: (session, rest, { include }) => include(argumentsOf(session, rest)[0] ?? ""),
  include: (session, rest, { include }) => include(argumentsOf(session, rest)[0] ?? ""),
  ir: (session, rest, { include }) => include(argumentsOf(session, rest)[0] ?? ""),
  g: (session, rest, around) => send(session, rest, around, false),
  gx: (session, rest, around) => send(session, rest, around, true),
  gset: sendAndStore,
  r: (session, _rest, { reset }) => {
    reset();
    session.write("Query buffer reset (cleared).\n");
    return true;
  },
  p: (session, _rest, { takeStatement, lastStatement }) => {
    session.write(`${takeStatement() ?? lastStatement ?? "Query buffer is empty."}\n`);
    return true;
  },
  o: (session, rest) => {
    const path = argumentsOf(session, rest)[0];
    session.outputFile = path;
    if (path !== undefined) {
      session.context.files.write(path, "");
    }
    return true;
  },
  cd: (session, rest) => {
    session.context.directory = argumentsOf(session, rest)[0] ?? "/";
    return true;
  },
  copy,
  password: changePassword,
  "!": shell,
  // pg_dump writes these two around its output
  restrict: () => true,
  unrestrict: () => true,
};
