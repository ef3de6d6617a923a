import type { ProcessContext, Program } from "../../program.ts";
import { ConnectionFailure, PostgresClient } from "../client/client.ts";
import { type ConnectionOptions, connectionOptions } from "../client/options.ts";
import { query, StatementFailure } from "../client/query.ts";
import { definedOf, type ReadOptions, readOptions, UsageError } from "../client/readOptions.ts";
import { DumpFailure, type DumpOptions, dumpDatabase } from "./dumpDatabase.ts";

const optionNames = {
  values: {
    d: "dbname",
    f: "file",
    F: "format",
    h: "host",
    p: "port",
    t: "table",
    n: "schema",
    U: "username",
    E: "encoding",
    l: "database",
  },
  flags: {
    a: "data-only",
    c: "clean",
    C: "create",
    g: "globals-only",
    O: "no-owner",
    r: "roles-only",
    s: "schema-only",
    v: "verbose",
    V: "version",
    w: "no-password",
    W: "password",
    x: "no-privileges",
    "\u0000acl": "no-acl",
    "\u0000exists": "if-exists",
    "\u0000inserts": "inserts",
    "\u0000column": "column-inserts",
  },
};

type Dump = (context: ProcessContext, options: ReadOptions) => Promise<string>;

/** A program that writes a dump to stdout or a file: exit 1 and an error when it cannot. */
function dumpProgram(name: string, version: string, dump: Dump): Program {
  return async (context) => {
    try {
      const options = readOptions(context.argv, optionNames);
      if (options.flags.has("version")) {
        context.stdout.write(`${name} (PostgreSQL) ${version}\n`);
        return 0;
      }
      const format = options.values.format ?? "p";
      if (!["p", "plain"].includes(format)) {
        throw new UsageError(`error: output format "${format}" is not available here; use plain`);
      }
      writeDump(context, await dump(context, options), options.values.file);
      return 0;
    } catch (cause) {
      const message = failureMessage(cause);
      if (message === undefined) {
        throw cause;
      }
      context.stderr.write(`${name}: ${message}\n`);
      return 1;
    }
  };
}

function failureMessage(cause: unknown): string | undefined {
  if (cause instanceof UsageError) {
    return cause.message;
  }
  const isKnown = [ConnectionFailure, DumpFailure, StatementFailure].some((known) => cause instanceof known);
  return isKnown && cause instanceof Error ? `error: ${cause.message}` : undefined;
}

function writeDump(
  { stdout, files, directory }: ProcessContext,
  dump: string,
  path: string | undefined,
): void {
  if (path === undefined) {
    stdout.write(dump);
  } else {
    files.write(path.startsWith("/") ? path : `${directory.replace(/\/$/, "")}/${path}`, dump);
  }
}

function connection(context: ProcessContext, { values }: ReadOptions, database: string | undefined) {
  const given = { host: values.host, port: values.port, user: values.username, database };
  return connectionOptions(definedOf(given), context.environment, "pg_dump");
}

function contentOptions(version: string, { flags, inOrder }: ReadOptions): DumpOptions {
  const all = (wanted: string) => inOrder.filter(([name]) => name === wanted).map(([, value]) => value);
  return {
    version,
    schema: !flags.has("data-only"),
    data: !flags.has("schema-only"),
    owners: !flags.has("no-owner"),
    rights: !flags.has("no-privileges") && !flags.has("no-acl"),
    tables: all("table"),
    schemas: all("schema"),
    inserts: flags.has("inserts") || flags.has("column-inserts"),
    create: flags.has("create"),
    clean: flags.has("clean"),
  };
}

/** Opens a session for `run` and closes it. */
async function withClient<T>(
  context: ProcessContext,
  options: ConnectionOptions,
  run: (client: PostgresClient) => Promise<T>,
): Promise<T> {
  const client = await PostgresClient.connect(context, options);
  try {
    return await run(client);
  } finally {
    client.close();
  }
}

/** `pg_dump [DATABASE]`, in plain format. */
export function pgDumpProgram(version: string): Program {
  return dumpProgram("pg_dump", version, async (context, options) => {
    const target = connection(context, options, options.values.dbname ?? options.operands[0]);
    const content = contentOptions(version, options);
    return await withClient(context, target, (client) => dumpDatabase(client, content));
  });
}

/** `pg_dumpall`: roles, then every database. */
export function pgDumpAllProgram(version: string): Program {
  return dumpProgram("pg_dumpall", version, async (context, options) => {
    const first = connection(context, options, options.values.database ?? "postgres");
    const content = contentOptions(version, options);
    const { roles, databases } = await withClient(context, first, readCluster);
    const parts = [clusterHeading, roles];
    const isRolesOnly = options.flags.has("globals-only") || options.flags.has("roles-only");
    for (const database of isRolesOnly ? [] : databases) {
      const create = !["postgres", "template1"].includes(database);
      const dump = await withClient(context, { ...first, database }, (client) =>
        dumpDatabase(client, { ...content, create }),
      );
      const connect = create ? "" : `\\connect ${database}\n\n`;
      parts.push(`--\n-- Database "${database}" dump\n--\n\n${connect}${dump}`);
    }
    return `${parts.join("")}--\n-- PostgreSQL database cluster dump complete\n--\n\n`;
  });
}

const clusterHeading = `--
-- PostgreSQL database cluster dump
--

SET default_transaction_read_only = off;

SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;

--
-- Roles
--

`;

const rolesQuery = `
  SELECT 'CREATE ROLE ' || quote_ident(rolname) || E';\\nALTER ROLE ' || quote_ident(rolname) || ' WITH ' ||
    concat_ws(' ', CASE WHEN rolsuper THEN 'SUPERUSER' ELSE 'NOSUPERUSER' END,
      CASE WHEN rolinherit THEN 'INHERIT' ELSE 'NOINHERIT' END,
      CASE WHEN rolcreaterole THEN 'CREATEROLE' ELSE 'NOCREATEROLE' END,
      CASE WHEN rolcreatedb THEN 'CREATEDB' ELSE 'NOCREATEDB' END,
      CASE WHEN rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END,
      CASE WHEN rolreplication THEN 'REPLICATION' ELSE 'NOREPLICATION' END,
      CASE WHEN rolbypassrls THEN 'BYPASSRLS' ELSE 'NOBYPASSRLS' END,
      'PASSWORD ' || quote_literal(rolpassword)) || ';'
  FROM pg_catalog.pg_authid WHERE rolname !~ '^pg_' ORDER BY rolname`;

const membersQuery = `
  SELECT 'GRANT ' || quote_ident(r.rolname) || ' TO ' || quote_ident(m.rolname) ||
    CASE WHEN a.admin_option THEN ' WITH ADMIN OPTION' ELSE '' END || ';'
  FROM pg_catalog.pg_auth_members a JOIN pg_catalog.pg_roles r ON r.oid = a.roleid JOIN pg_catalog.pg_roles m ON m.oid = a.member
  WHERE m.rolname !~ '^pg_' ORDER BY 1`;

async function readCluster(client: PostgresClient): Promise<{ roles: string; databases: string[] }> {
  const statements = [...(await query(client, rolesQuery)), ...(await query(client, membersQuery))];
  const databases = await query(
    client,
    "SELECT datname FROM pg_catalog.pg_database WHERE datallowconn ORDER BY datname <> 'template1', datname",
  );
  return {
    roles: `${statements.map(([statement]) => statement).join("\n")}\n\n--\n-- Databases\n--\n\n`,
    databases: databases.map(([name]) => name ?? ""),
  };
}
