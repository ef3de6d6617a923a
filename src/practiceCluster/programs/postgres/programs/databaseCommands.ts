import type { Program } from "../../program.ts";
import { ConnectionFailure, PostgresClient } from "../client/client.ts";
import { connectionOptions } from "../client/options.ts";
import { definedOf, readOptions, UsageError } from "../client/readOptions.ts";
import { encode, readReport, text } from "../protocol.ts";

const optionNames = {
  values: { h: "host", p: "port", U: "username", O: "owner", "\u0000m": "maintenance-db" },
  flags: { w: "no-password", W: "password", e: "echo", "\u0000i": "if-exists", f: "force" },
};

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** `createdb NAME` and `dropdb NAME`. */
export function databaseProgram(command: "createdb" | "dropdb"): Program {
  return async (context) => {
    try {
      const { values, flags, operands } = readOptions(context.argv, optionNames);
      const given = { host: values.host, port: values.port, user: values.username };
      const options = connectionOptions(
        { ...definedOf(given), database: values["maintenance-db"] ?? "postgres" },
        context.environment,
        command,
      );
      const name = operands[0] ?? (command === "createdb" ? options.user : undefined);
      if (name === undefined) {
        throw new UsageError("error: missing required argument database name");
      }
      const owner = values.owner === undefined ? "" : ` OWNER ${quoted(values.owner)}`;
      const sql =
        command === "createdb"
          ? `CREATE DATABASE ${quoted(name)}${owner};`
          : `DROP DATABASE ${flags.has("if-exists") ? "IF EXISTS " : ""}${quoted(name)};`;
      const failure = await send(await PostgresClient.connect(context, options), sql);
      if (failure !== undefined) {
        const what = command === "createdb" ? "database creation" : "database removal";
        context.stderr.write(`${command}: error: ${what} failed: ERROR:  ${failure}\n`);
      }
      return failure === undefined ? 0 : 1;
    } catch (cause) {
      if (cause instanceof UsageError || cause instanceof ConnectionFailure) {
        const prefix = cause instanceof UsageError ? "" : "error: ";
        context.stderr.write(`${command}: ${prefix}${cause.message}\n`);
        return 1;
      }
      throw cause;
    }
  };
}

/** Runs one statement; returns the server's message when it failed. */
async function send(client: PostgresClient, sql: string): Promise<string | undefined> {
  client.send(encode("Q", text(sql)));
  let failure: string | undefined;
  for (let message = await client.receive(); message.type !== "Z"; message = await client.receive()) {
    if (message.type === "E") {
      failure = readReport(message.body).M;
    }
  }
  client.close();
  return failure;
}
