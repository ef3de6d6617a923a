import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ProcessContext, Program, SignalName } from "../../program.ts";
import { majorOf } from "../engine/template.ts";
import { folderOnDisk } from "../server/dataFolders.ts";
import { ServerLog } from "../server/log.ts";
import { PostgresServer, type ShutdownMode } from "../server/server.ts";
import { readServerOptions } from "../server/serverOptions.ts";

const shutdownSignals: Readonly<Partial<Record<SignalName, ShutdownMode>>> = {
  SIGTERM: "smart",
  SIGINT: "fast",
  SIGQUIT: "immediate",
};

/** `postgres`: serves a data folder until it is told to stop. Exits 0 after an orderly end, 1 when it cannot start. */
export function postgresProgram(version: string): Program {
  return async (context) => {
    if (context.argv.some((argument) => argument === "--version" || argument === "-V")) {
      context.stdout.write(`postgres (PostgreSQL) ${version}\n`);
      return 0;
    }
    return await runServer(context, version);
  };
}

/** Runs a server in the process of `context` until a signal ends it. */
export async function runServer(context: ProcessContext, version: string): Promise<number> {
  const log = new ServerLog(context.stderr, context.clock);
  try {
    const options = readServerOptions(context.argv, context.environment);
    checkDataFolder(context, options.dataPath, version);
    const server = new PostgresServer(context, options, version);
    return await serveUntilStopped(context, server);
  } catch (cause) {
    for (const { level, message } of failureLines(cause)) {
      log.write(context.pid, level, message);
    }
    return 1;
  }
}

class FatalStart extends Error {
  readonly detail: string;

  constructor(message: string, detail: string) {
    super(message);
    this.detail = detail;
  }
}

function failureLines(cause: unknown): { level: string; message: string }[] {
  const message = cause instanceof Error ? cause.message : String(cause);
  const fatal = { level: "FATAL", message };
  return cause instanceof FatalStart ? [fatal, { level: "DETAIL", message: cause.detail }] : [fatal];
}

/** Throws when the data is of another major version, or no data at all. */
function checkDataFolder(context: ProcessContext, dataPath: string, version: string): void {
  const file = join(folderOnDisk(context.files, dataPath), "PG_VERSION");
  let found: string;
  try {
    found = readFileSync(file, "utf8").trim();
  } catch {
    throw new FatalStart(
      `"${dataPath}" is not a valid data directory`,
      `File "${dataPath}/PG_VERSION" is missing.`,
    );
  }
  if (found !== majorOf(version)) {
    throw new FatalStart(
      "database files are incompatible with server",
      `The data directory was initialized by PostgreSQL version ${found}, which is not compatible with this version ${version}.`,
    );
  }
}

async function serveUntilStopped(context: ProcessContext, server: PostgresServer): Promise<number> {
  const abandon = () => server.abandon();
  context.killed.addEventListener("abort", abandon, { once: true });
  const stop = nextShutdown(context);
  try {
    await server.start();
    await server.stop(await stop.requested);
    return 0;
  } finally {
    stop.dispose();
    context.killed.removeEventListener("abort", abandon);
  }
}

/** The first signal that asks for an end, and how. */
function nextShutdown(context: ProcessContext) {
  const disposers: (() => void)[] = [];
  const requested = new Promise<ShutdownMode>((resolve, reject) => {
    for (const [signal, mode] of Object.entries(shutdownSignals)) {
      disposers.push(context.onSignal(signal as SignalName, () => resolve(mode)));
    }
    context.killed.addEventListener("abort", () => reject(new Error("killed")), { once: true });
  });
  // a kill while the server still starts has nobody who waits yet
  requested.catch(() => undefined);
  const dispose = () => {
    for (const restore of disposers) {
      restore();
    }
  };
  return { requested, dispose };
}
