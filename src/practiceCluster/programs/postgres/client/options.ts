import { userInfoName } from "./userName.ts";

/** Where a client connects to and as whom. */
export interface ConnectionOptions {
  /** A host, or the folder of a socket (begins with "/"). */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password: string | undefined;
  readonly application: string;
}

export const defaultSocketFolder = "/var/run/postgresql";

/** What the command line leaves open comes from the environment, as for every client of libpq. */
export function connectionOptions(
  given: Readonly<Partial<Record<"host" | "port" | "user" | "database", string>>>,
  environment: Readonly<Record<string, string>>,
  application: string,
): ConnectionOptions {
  const fromString = parseConnectionString(given.database ?? "");
  const user = fromString?.user ?? given.user ?? environment.PGUSER ?? userInfoName(environment);
  const database = fromString ? fromString.database : given.database;
  return {
    host: fromString?.host ?? given.host ?? environment.PGHOST ?? defaultSocketFolder,
    port: Number(fromString?.port ?? given.port ?? environment.PGPORT ?? 5432),
    user,
    database: database ?? environment.PGDATABASE ?? user,
    password: fromString?.password ?? environment.PGPASSWORD,
    application,
  };
}

type Parts = Partial<Record<"host" | "port" | "user" | "database" | "password", string>>;

function parseConnectionString(value: string): Parts | undefined {
  if (/^postgres(ql)?:\/\//.test(value)) {
    const url = new URL(value);
    const decoded = {
      host: url.hostname,
      port: url.port,
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      database: decodeURIComponent(url.pathname.slice(1)),
    };
    return Object.fromEntries(Object.entries(decoded).filter(([, part]) => part !== ""));
  }
  if (!/^\w+\s*=/.test(value)) {
    return undefined;
  }
  const pairs = [...value.matchAll(/(\w+)\s*=\s*('(?:[^'\\]|\\.)*'|\S*)/g)];
  return Object.fromEntries(
    pairs.map(([, name = "", part = ""]) => [
      name === "dbname" ? "database" : name,
      part.replace(/^'(.*)'$/, "$1").replace(/\\(.)/g, "$1"),
    ]),
  );
}
