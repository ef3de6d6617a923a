import type { Image, ProcessContext, Program } from "../program.ts";
import { redisCliProgram } from "./redisCli.ts";
import { redisServerProgram } from "./redisServer.ts";

/** `docker-entrypoint.sh`: options or a configuration file alone mean redis-server; anything else is run as it is. */
function entrypointProgram(version: string): Program {
  return async (context) => {
    const command = context.argv.slice(1);
    const isServer = /^-|\.conf$/.test(command[0] ?? "");
    const argv = isServer ? ["redis-server", ...command] : command;
    if (argv[0] === "redis-server") {
      const own = Object.create(context, { argv: { value: argv, enumerable: true } }) as ProcessContext;
      return await redisServerProgram(version)(own);
    }
    return await runOther(context, argv);
  };
}

async function runOther(context: ProcessContext, argv: readonly string[]): Promise<number> {
  const { stdin, stdout, stderr, environment, directory } = context;
  const child = context.spawn({ argv, stdin, stdout, stderr, environment, directory });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const) {
    context.onSignal(signal, () => child.signal(signal));
  }
  return await child.exited;
}

/** The `redis` image: server, client and entrypoint; the shell and the usual tools are added by the images' common layer. */
export const redisImage: Image = {
  repository: "redis",
  tags: { "7": "7.0.15", "7.0": "7.0.15", "7.0.15": "7.0.15" },
  entrypoint: ["docker-entrypoint.sh"],
  command: ["redis-server"],
  environment: (version) => ({
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    REDIS_VERSION: version,
  }),
  workingDirectory: "/data",
  sizeBytes: 46_000_000,
  programs: (version) => ({
    "/usr/local/bin/docker-entrypoint.sh": entrypointProgram(version),
    "/usr/local/bin/redis-server": redisServerProgram(version),
    "/usr/local/bin/redis-cli": redisCliProgram,
  }),
  files: () => ({ "/data/": "", "/etc/redis/": "" }),
};
