import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ProcessContext, Program, SignalName } from "../../program.ts";
import { folderOnDisk, removeTemporaryFolders } from "../server/dataFolders.ts";
import { PostgresServer } from "../server/server.ts";
import { readServerOptions } from "../server/serverOptions.ts";
import { EntrypointFailure, type EntrypointSettings, readSettings } from "./entrypointSettings.ts";
import { initialise, introduction } from "./initdb.ts";
import { runServer } from "./postgres.ts";

const initFolder = "/docker-entrypoint-initdb.d";
const informational = ["--help", "-?", "--version", "-V", "--describe-config"];

/**
 * `docker-entrypoint.sh`: makes the data folder when it is empty (superuser, database, files of
 * /docker-entrypoint-initdb.d, with a server that listens on its socket only), then becomes the server.
 * Any other command is run as it is.
 */
export function entrypointProgram(version: string): Program {
  return async (context) => {
    const command = context.argv.slice(1);
    const argv = command[0]?.startsWith("-") ? ["postgres", ...command] : command;
    if (argv[0] !== "postgres") {
      return await runOther(context, argv);
    }
    try {
      return await becomeServer(serverContext(context, argv), version);
    } finally {
      removeTemporaryFolders(context.files);
    }
  };
}

async function runOther(context: ProcessContext, argv: readonly string[]): Promise<number> {
  const { stdin, stdout, stderr, environment, directory } = context;
  const child = context.spawn({ argv, stdin, stdout, stderr, environment, directory });
  const restore = (["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const).map((signal) =>
    context.onSignal(signal, () => child.signal(signal)),
  );
  const code = await child.exited;
  for (const dispose of restore) {
    dispose();
  }
  return code;
}

async function becomeServer(server: ProcessContext, version: string): Promise<number> {
  if (server.argv.some((argument) => informational.includes(argument))) {
    server.stdout.write(`postgres (PostgreSQL) ${version}\n`);
    return 0;
  }
  const { dataPath } = readServerOptions(server.argv, server.environment);
  server.files.makeDirectory(dataPath, { recursive: true, mode: 0o700 });
  if (isFilled(server, dataPath)) {
    server.stdout.write("\nPGDATA holds a database already; nothing to set up.\n\n");
    return await runServer(server, version);
  }
  const setUp = await untilSignal(server, (signalled) => setUpData(signalled, version, dataPath));
  return setUp === 0 ? await runServer(server, version) : setUp;
}

/** The same process with another command line, as after exec. */
function serverContext(context: ProcessContext, argv: readonly string[]): ProcessContext {
  return Object.create(context, { argv: { value: argv, enumerable: true } }) as ProcessContext;
}

function isFilled(context: ProcessContext, dataPath: string): boolean {
  try {
    return readFileSync(join(folderOnDisk(context.files, dataPath), "PG_VERSION")).length > 0;
  } catch {
    return false;
  }
}

const signalNumbers: Readonly<Partial<Record<SignalName, number>>> = { SIGINT: 2, SIGQUIT: 3, SIGTERM: 15 };

/** A shell script ends at the first signal; so does the set-up, with 128 and the signal's number. */
async function untilSignal(
  context: ProcessContext,
  run: (context: ProcessContext) => Promise<number>,
): Promise<number> {
  const ended = new AbortController();
  const killed = AbortSignal.any([context.killed, ended.signal]);
  const limited = Object.create(context, { killed: { value: killed } }) as ProcessContext;
  const restore: (() => void)[] = [];
  const signalled = new Promise<number>((resolve) => {
    for (const [signal, number] of Object.entries(signalNumbers)) {
      restore.push(context.onSignal(signal as SignalName, () => resolve(128 + number)));
    }
  });
  const running = run(limited);
  const code = await Promise.race([running, signalled]);
  for (const dispose of restore) {
    dispose();
  }
  ended.abort();
  await running.catch(() => undefined);
  return code;
}

async function setUpData(context: ProcessContext, version: string, dataPath: string): Promise<number> {
  try {
    const settings = readSettings(context);
    context.stdout.write(introduction("postgres", dataPath));
    await initialise(context, version, { dataPath, user: settings.user, password: settings.password });
    allowOthers(context, dataPath, settings);
    return await runTemporaryServer(context, version, settings);
  } catch (cause) {
    if (cause instanceof EntrypointFailure) {
      context.stderr.write(`${cause.message}\n`);
      return 1;
    }
    if (context.killed.aborted) {
      return 137;
    }
    throw cause;
  }
}

function allowOthers(
  context: ProcessContext,
  dataPath: string,
  { hostAuthMethod }: EntrypointSettings,
): void {
  const lines = hostAuthMethod === "trust" ? "# everybody may connect without a password\n" : "";
  context.files.write(`${dataPath}/pg_hba.conf`, `${lines}\nhost all all all ${hostAuthMethod}\n`, {
    append: true,
  });
}

async function runTemporaryServer(
  context: ProcessContext,
  version: string,
  settings: EntrypointSettings,
): Promise<number> {
  const options = { ...readServerOptions(context.argv, context.environment), listens: false };
  context.stdout.write("waiting for server to start....");
  const server = new PostgresServer(context, options, version);
  const abandon = () => server.abandon();
  context.killed.addEventListener("abort", abandon, { once: true });
  try {
    await server.start();
    context.stdout.write(" done\nserver started\n");
    const code = (await makeDatabase(context, settings)) || (await runInitFiles(context, settings));
    if (context.killed.aborted) {
      return 137;
    }
    await server.stop("fast");
    if (code === 0) {
      context.stdout.write("waiting for server to shut down.... done\nserver stopped\n");
      context.stdout.write("\nPostgreSQL is set up; starting it for good.\n\n");
    }
    return code;
  } finally {
    context.killed.removeEventListener("abort", abandon);
  }
}

function run(
  context: ProcessContext,
  argv: readonly string[],
  environment = context.environment,
): Promise<number> {
  const { stdout, stderr, directory } = context;
  const child = context.spawn({ argv, stdout, stderr, environment, directory });
  context.killed.addEventListener("abort", () => child.signal("SIGKILL"), { once: true });
  return child.exited;
}

const psqlArguments = ({ user }: EntrypointSettings, database: string) => [
  ...["psql", "-v", "ON_ERROR_STOP=1", "--no-psqlrc"],
  ...["--username", user, "--no-password", "--dbname", database],
];

async function makeDatabase(context: ProcessContext, settings: EntrypointSettings): Promise<number> {
  if (settings.database === "postgres") {
    return 0;
  }
  const name = settings.database.replaceAll('"', '""');
  return await run(context, [...psqlArguments(settings, "postgres"), "-c", `CREATE DATABASE "${name}";`]);
}

async function runInitFiles(context: ProcessContext, settings: EntrypointSettings): Promise<number> {
  const { files, stdout } = context;
  const names = files.exists(initFolder) ? [...files.list(initFolder)].sort() : [];
  for (const name of names.filter((file) => !file.startsWith("."))) {
    const path = `${initFolder}/${name}`;
    const code = await runInitFile(context, settings, path);
    if (code !== 0) {
      return code;
    }
    stdout.write("\n");
  }
  return 0;
}

async function runInitFile(
  context: ProcessContext,
  settings: EntrypointSettings,
  path: string,
): Promise<number> {
  const { stdout, environment, files } = context;
  if (path.endsWith(".sql")) {
    stdout.write(`/usr/local/bin/docker-entrypoint.sh: running ${path}\n`);
    return await run(context, [...psqlArguments(settings, settings.database), "-f", path]);
  }
  if (path.endsWith(".sh")) {
    stdout.write(`/usr/local/bin/docker-entrypoint.sh: running ${path}\n`);
    const known = { POSTGRES_USER: settings.user, POSTGRES_DB: settings.database };
    const isExecutable = (files.status(path).mode & 0o111) !== 0;
    const argv = isExecutable ? [path] : ["/bin/sh", "-e", path];
    return await run(context, argv, {
      ...environment,
      ...known,
      PGUSER: settings.user,
      PGDATABASE: settings.database,
    });
  }
  stdout.write(`/usr/local/bin/docker-entrypoint.sh: ignoring ${path}\n`);
  return 0;
}
