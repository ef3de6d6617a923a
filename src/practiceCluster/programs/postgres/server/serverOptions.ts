/** How a server was asked to run: its command line and environment. */
export interface ServerOptions {
  readonly dataPath: string;
  readonly port: number;
  /** Whether it listens on the Pod's address, or on its socket only. */
  readonly listens: boolean;
  readonly socketFolder: string;
  /** Settings for the engine, "name=value". */
  readonly settings: readonly string[];
}

const ownSettings = new Set(["listen_addresses", "port", "unix_socket_directories"]);
const shortForms: Readonly<Record<string, string>> = {
  "-p": "port",
  "-h": "listen_addresses",
  "-k": "unix_socket_directories",
  "-N": "max_connections",
  "-B": "shared_buffers",
};

/** Reads `postgres` arguments. Throws the server's words for an argument that it does not know. */
export function readServerOptions(
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
): ServerOptions {
  const settings = new Map<string, string>();
  let dataPath = environment.PGDATA ?? "";
  for (let index = 1; index < argv.length; index++) {
    const argument = argv[index] ?? "";
    const long = /^--([\w.-]+)=(.*)$/.exec(argument);
    const short = /^(-[cDphkNB])(.*)$/.exec(argument);
    if (long) {
      settings.set((long[1] ?? "").replaceAll("-", "_"), long[2] ?? "");
      continue;
    }
    if (!short) {
      throw new Error(`invalid argument: "${argument}"`);
    }
    const [, letter = "", attached = ""] = short;
    const value = attached === "" ? (argv[++index] ?? "") : attached;
    if (letter === "-D") {
      dataPath = value;
    } else if (letter === "-c") {
      const equals = value.indexOf("=");
      settings.set(value.slice(0, equals).trim(), value.slice(equals + 1).trim());
    } else {
      settings.set(shortForms[letter] ?? letter, value);
    }
  }
  return {
    dataPath,
    port: Number(settings.get("port") ?? environment.PGPORT ?? 5432),
    listens: (settings.get("listen_addresses") ?? "*") !== "",
    socketFolder: settings.get("unix_socket_directories") ?? "/var/run/postgresql",
    settings: [...settings].filter(([name]) => !ownSettings.has(name)).map((pair) => pair.join("=")),
  };
}
