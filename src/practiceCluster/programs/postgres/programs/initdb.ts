import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ProcessContext, Program } from "../../program.ts";
import { Engine } from "../engine/engine.ts";
import { encode, readMessages, readReport, text } from "../protocol.ts";
import { folderOnDisk, showMarkers } from "../server/dataFolders.ts";

export interface InitialisationOptions {
  readonly dataPath: string;
  readonly user: string;
  readonly password: string;
}

/** Fills an empty data folder, with its superuser. Rejects with the engine's words. */
export async function initialise(
  context: ProcessContext,
  version: string,
  { dataPath, user, password }: InitialisationOptions,
): Promise<void> {
  const folder = folderOnDisk(context.files, dataPath);
  const createAt = context.clock.now();
  const engine = await Engine.open({ folder, version, database: "postgres", createAt });
  const abort = () => void engine.kill();
  context.killed.addEventListener("abort", abort, { once: true });
  try {
    await mustRun(engine, `UPDATE pg_authid SET rolname = ${literal(user)} WHERE oid = 10`);
    if (password !== "") {
      await mustRun(engine, `ALTER ROLE "${user.replaceAll('"', '""')}" PASSWORD ${literal(password)}`);
    }
    await engine.close();
  } finally {
    context.killed.removeEventListener("abort", abort);
  }
  showMarkers(context.files, dataPath, (name) => readFileSync(join(folder, name)));
}

const literal = (value: string) => `'${value.replaceAll("'", "''")}'`;

async function mustRun(engine: Engine, sql: string): Promise<void> {
  const failed = readMessages(await engine.execute(encode("Q", text(sql)))).find(({ type }) => type === "E");
  if (failed) {
    throw new Error(readReport(failed.body).M);
  }
}

/** `initdb -D FOLDER -U NAME --pwfile FILE`; other options are tolerated. */
export function initdbProgram(version: string): Program {
  return async (context) => {
    const value = optionReader(context.argv);
    const dataPath = value("-D", "--pgdata") ?? context.environment.PGDATA ?? "";
    const passwordFile = value("--pwfile");
    if (dataPath === "") {
      context.stderr.write("initdb: error: no data directory specified\n");
      return 1;
    }
    if (context.files.exists(dataPath) && context.files.list(dataPath).length > 0) {
      context.stderr.write(`initdb: error: directory "${dataPath}" exists but is not empty\n`);
      return 1;
    }
    context.files.makeDirectory(dataPath, { recursive: true, mode: 0o700 });
    const password = passwordFile ? context.files.read(passwordFile).toString("utf8").split("\n")[0] : "";
    const user = value("-U", "--username") ?? "postgres";
    context.stdout.write(`${introduction(user, dataPath)}`);
    await initialise(context, version, { dataPath, user, password: password ?? "" });
    context.stdout.write(
      `\nSuccess. You can now start the database server using:\n\n    pg_ctl -D ${dataPath} -l logfile start\n\n`,
    );
    return 0;
  };
}

/** What initdb says before it begins. */
export function introduction(user: string, dataPath: string): string {
  return [
    `The files belonging to this database system will be owned by user "${user}".`,
    "This user must also own the server process.",
    "",
    'The database cluster will be initialized with locale "C".',
    "",
    "Data page checksums are disabled.",
    "",
    `fixing permissions on existing directory ${dataPath} ... ok`,
    "",
  ].join("\n");
}

function optionReader(argv: readonly string[]): (...names: string[]) => string | undefined {
  return (...names) => {
    for (const [index, argument] of argv.entries()) {
      const [name = "", ...rest] = argument.split("=");
      if (names.includes(name)) {
        return rest.length > 0 ? rest.join("=") : argv[index + 1];
      }
    }
    return undefined;
  };
}
