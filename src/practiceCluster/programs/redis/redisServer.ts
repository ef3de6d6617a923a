import type { ProcessContext, Program } from "../program.ts";
import { BadConfiguration, Configuration, readArguments, readConfiguration } from "./configuration.ts";
import { RedisLog } from "./log.ts";
import { RedisServer } from "./server.ts";

/** `redis-server [FILE] [--NAME VALUE …]`: exit 0 after SIGTERM or SHUTDOWN, 1 when it cannot start. */
export function redisServerProgram(version: string): Program {
  return async (context) => {
    const [, ...argv] = context.argv;
    if (argv.includes("--version") || argv.includes("-v")) {
      context.stdout.write(`Redis server v=${version} sha=00000000:0 malloc=libc bits=64 build=0\n`);
      return 0;
    }
    const configuration = readAll(context, argv, version);
    return configuration ? await serve(context, configuration, version) : 1;
  };
}

function readAll(
  context: ProcessContext,
  argv: readonly string[],
  version: string,
): Configuration | undefined {
  const file = argv[0]?.startsWith("-") ? undefined : argv[0];
  try {
    const fromFile = file === undefined ? new Map<string, string>() : readFile(context, file);
    const given = new Map([...fromFile, ...readArguments(argv)]);
    // the image turns it off unless it is asked for
    return new Configuration(new Map([["protected-mode", "no"], ...given]));
  } catch (cause) {
    if (!(cause instanceof BadConfiguration)) {
      throw cause;
    }
    context.stderr.write(cause.message.replace("VERSION", version));
    return undefined;
  }
}

function readFile({ files, directory }: ProcessContext, path: string): Map<string, string> {
  const absolute = path.startsWith("/") ? path : `${directory.replace(/\/$/, "")}/${path}`;
  if (!files.exists(absolute)) {
    throw new BadConfiguration(
      `Fatal error, can't open config file '${absolute}': No such file or directory\n`,
    );
  }
  return readConfiguration(files.read(absolute).toString("utf8"));
}

async function serve(
  context: ProcessContext,
  configuration: Configuration,
  version: string,
): Promise<number> {
  const log = new RedisLog(context.stdout, context.clock, context.pid);
  log.write("C", "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo");
  log.write(
    "C",
    `Redis version=${version}, bits=64, commit=00000000, modified=0, pid=${context.pid}, just started`,
  );
  log.write("C", "Configuration loaded");
  const server = new RedisServer(context, configuration, version, log);
  const mode = configuration.isOn("cluster-enabled") ? "cluster" : "standalone";
  log.write("M", `Running mode=${mode}, port=${configuration.get("port")}.`);
  log.write("M", "Server initialized");
  try {
    server.start();
  } catch (cause) {
    log.write("M", `Failed listening on port ${configuration.get("port")} (tcp), aborting.`, "#");
    if (cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE") {
      return 1;
    }
    throw cause;
  }
  const isOrderly = await untilEnd(context, server, log);
  if (isOrderly) {
    log.write(server.role, "User requested shutdown...");
    server.stop();
  } else {
    server.abandon();
  }
  return 0;
}

/** Waits for the end: true when it was asked for, false when the process is killed. */
function untilEnd(context: ProcessContext, server: RedisServer, log: RedisLog): Promise<boolean> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      context.onSignal(signal, () => {
        log.signal(`Received ${signal} scheduling shutdown...`);
        resolve(true);
      });
    }
    void server.shutdownRequested.then(() => resolve(true));
    context.killed.addEventListener("abort", () => resolve(false), { once: true });
  });
}
