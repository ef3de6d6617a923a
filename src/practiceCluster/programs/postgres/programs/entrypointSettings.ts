import type { ProcessContext } from "../../program.ts";

/** What the environment asks of a new data folder. */
export interface EntrypointSettings {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly hostAuthMethod: string;
}

/** Why a data folder cannot be made; the message is written to stderr. */
export class EntrypointFailure extends Error {}

const passwordMissing = `Error: this data directory is empty and POSTGRES_PASSWORD is not set.
       A new database needs a password for its superuser: pass one, such as
       "-e POSTGRES_PASSWORD=secret". POSTGRES_HOST_AUTH_METHOD=trust would let
       everybody in without one; do not use it where others can connect.`;

/** Reads POSTGRES_*, each also from the file that NAME_FILE names. Throws EntrypointFailure. */
export function readSettings(context: ProcessContext): EntrypointSettings {
  const password = fromEnvironment(context, "POSTGRES_PASSWORD") ?? "";
  const user = fromEnvironment(context, "POSTGRES_USER") ?? "postgres";
  const hostAuthMethod = context.environment.POSTGRES_HOST_AUTH_METHOD || "scram-sha-256";
  if (password === "" && hostAuthMethod !== "trust") {
    throw new EntrypointFailure(passwordMissing);
  }
  return { user, password, database: fromEnvironment(context, "POSTGRES_DB") ?? user, hostAuthMethod };
}

function fromEnvironment({ environment, files }: ProcessContext, name: string): string | undefined {
  const value = environment[name] || undefined;
  const path = environment[`${name}_FILE`] || undefined;
  if (value !== undefined && path !== undefined) {
    throw new EntrypointFailure(`error: ${name} and ${name}_FILE are both set; only one may be`);
  }
  if (path === undefined) {
    return value;
  }
  if (!files.exists(path)) {
    throw new EntrypointFailure(`docker-entrypoint.sh: ${path}: No such file or directory`);
  }
  return files.read(path).toString("utf8").replace(/\n+$/, "") || undefined;
}
