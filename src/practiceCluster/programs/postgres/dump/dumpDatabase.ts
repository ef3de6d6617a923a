import type { PostgresClient } from "../client/client.ts";
import { copyOut, query } from "../client/query.ts";
import {
  type Entry,
  entriesAfterData,
  entriesBeforeData,
  objectsBeyondDump,
  rightsEntries,
} from "./catalogue.ts";

export interface DumpOptions {
  readonly version: string;
  readonly schema: boolean;
  readonly data: boolean;
  readonly owners: boolean;
  readonly rights: boolean;
  /** Only these tables, as "name" or "schema.name"; all when empty. */
  readonly tables: readonly string[];
  /** Only these schemas; all when empty. */
  readonly schemas: readonly string[];
  readonly inserts: boolean;
  /** Whether the dump makes its database and connects to it. */
  readonly create: boolean;
  /** Whether it first drops what it makes. */
  readonly clean: boolean;
}

/** What cannot be dumped, for pg_dump's error. */
export class DumpFailure extends Error {}

const settings = `SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
`;

const quoted = (name: string) => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);

/** The SQL that makes a database's contents again. Throws DumpFailure for what it cannot write. */
export async function dumpDatabase(client: PostgresClient, options: DumpOptions): Promise<string> {
  await query(client, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  await query(client, "SELECT pg_catalog.set_config('search_path', '', false)");
  const beyond = await objectsBeyondDump(client);
  if (beyond.length > 0) {
    throw new DumpFailure(`this pg_dump cannot dump ${beyond.join(", ")}`);
  }
  const parts = [heading(options.version), settings];
  if (options.create) {
    parts.push(createDatabase(client.options.database));
  }
  const before = (await entriesBeforeData(client)).filter((entry) => isWanted(entry, options));
  const after = options.schema
    ? (await entriesAfterData(client)).filter((entry) => isWanted(entry, options))
    : [];
  if (options.clean) {
    parts.push(drops(before));
  }
  if (options.schema) {
    parts.push(...before.map((entry) => entryText(entry, options)));
  }
  if (options.data) {
    parts.push(...(await dataParts(client, options)));
  }
  parts.push(...after.map((entry) => entryText(entry, options)));
  if (options.rights && options.schema) {
    const rights = (await rightsEntries(client)).filter((entry) => isWanted(entry, options));
    parts.push(...rights.map((entry) => entryText(entry, options)));
  }
  await query(client, "COMMIT");
  return `${parts.join("\n")}\n--\n-- PostgreSQL database dump complete\n--\n\n`;
}

function heading(version: string): string {
  return `--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version ${version}\n-- Dumped by pg_dump version ${version}\n`;
}

function createDatabase(name: string): string {
  const comment = `--\n-- Name: ${name}; Type: DATABASE; Schema: -; Owner: -\n--\n`;
  return `${comment}\nCREATE DATABASE ${quoted(name)} WITH TEMPLATE = template0 ENCODING = 'UTF8';\n\n\\connect ${quoted(name)}\n\n${settings}`;
}

const drops = (entries: readonly Entry[]) =>
  [...entries]
    .reverse()
    .flatMap(({ ownedAs, kind }) => (ownedAs ? [`DROP ${ownedAs.replace(/^TABLE/, kind)} CASCADE;`] : []))
    .join("\n");

function isWanted({ schema, name, kind }: Entry, { tables, schemas }: DumpOptions): boolean {
  if (tables.length > 0) {
    const relation = name.replace(/^(TABLE|SEQUENCE|COLUMN) /, "").split(/[ .]/)[0] ?? name;
    const isOfTable = tables.some((table) => table === relation || table === `${schema}.${relation}`);
    return isOfTable && !["FUNCTION", "TYPE", "SCHEMA"].includes(kind);
  }
  return schemas.length === 0 || schemas.includes(kind === "SCHEMA" ? name : schema);
}

function entryText(entry: Entry, options: DumpOptions): string {
  const { name, kind, schema, owner, sql, ownedAs } = entry;
  const who = options.owners && owner !== "" ? owner : "-";
  const comment = `--\n-- Name: ${name}; Type: ${kind}; Schema: ${schema}; Owner: ${who}\n--\n`;
  const alter = ownedAs && who !== "-" ? `\n\nALTER ${ownedAs} OWNER TO ${quoted(owner)};\n` : "";
  return `${comment}\n${sql}\n${alter}`;
}

const tablesQuery = `
  SELECT n.nspname, c.relname, format('%I.%I', n.nspname, c.relname), pg_get_userbyid(c.relowner),
    (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''),
    EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attidentity = 'a')
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1, 2`;

const sequencesQuery = `
  SELECT n.nspname, c.relname, format('%I.%I', n.nspname, c.relname), pg_get_userbyid(c.relowner)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'S' AND n.nspname !~ '^pg_' ORDER BY 1, 2`;

async function dataParts(client: PostgresClient, options: DumpOptions): Promise<string[]> {
  const parts: string[] = [];
  for (const [schema, name, relation, owner, columns, hasIdentity] of await query(client, tablesQuery)) {
    const entry = { oid: 0, name: name ?? "", kind: "TABLE DATA", schema: schema ?? "", owner: owner ?? "" };
    if (!isWanted({ ...entry, sql: "" }, options) || !columns) {
      continue;
    }
    const sql = options.inserts
      ? await insertStatements(client, relation ?? "", columns, hasIdentity === "t")
      : `COPY ${relation} (${columns}) FROM stdin;\n${await copyOut(client, `COPY ${relation} (${columns}) TO stdout`)}\\.\n`;
    parts.push(dataText(entry, sql));
  }
  for (const [schema, name, relation, owner] of await query(client, sequencesQuery)) {
    const entry = {
      oid: 0,
      name: name ?? "",
      kind: "SEQUENCE SET",
      schema: schema ?? "",
      owner: owner ?? "",
    };
    if (isWanted({ ...entry, sql: "" }, options)) {
      const [row] = await query(client, `SELECT last_value, is_called FROM ${relation}`);
      const literal = `'${relation?.replaceAll("'", "''")}'`;
      const isCalled = row?.[1] === "t" ? "true" : "false";
      parts.push(
        entryText(
          { ...entry, sql: `SELECT pg_catalog.setval(${literal}, ${row?.[0]}, ${isCalled});` },
          options,
        ),
      );
    }
  }
  return parts;
}

function dataText({ name, kind, schema, owner }: Omit<Entry, "sql">, sql: string): string {
  return `--\n-- Data for Name: ${name}; Type: ${kind}; Schema: ${schema}; Owner: ${owner}\n--\n\n${sql}\n`;
}

async function insertStatements(
  client: PostgresClient,
  relation: string,
  columns: string,
  hasIdentity: boolean,
): Promise<string> {
  const overriding = hasIdentity ? " OVERRIDING SYSTEM VALUE" : "";
  const rows = await query(client, `SELECT ${columns} FROM ${relation}`);
  const literal = (value: string | null) => (value === null ? "NULL" : `'${value.replaceAll("'", "''")}'`);
  return rows
    .map(
      (row) => `INSERT INTO ${relation} (${columns})${overriding} VALUES (${row.map(literal).join(", ")});\n`,
    )
    .join("");
}
