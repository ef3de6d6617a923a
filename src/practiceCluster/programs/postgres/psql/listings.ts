import { ask } from "./execute.ts";
import { matchesCondition, readPattern } from "./patterns.ts";
import type { PsqlSession } from "./session.ts";
import { formatTable } from "./table.ts";

/*
 * The listings whose columns differ between the engine's version of psql and the image's: relations,
 * databases, roles. The others come from psql-describe.
 */

const kinds: Readonly<Record<string, readonly string[]>> = {
  t: ["r", "p"],
  v: ["v"],
  m: ["m"],
  i: ["i", "I"],
  s: ["S"],
  E: ["f"],
};

const relationTypes = [
  ["r", "table"],
  ["v", "view"],
  ["m", "materialized view"],
  ["i", "index"],
  ["S", "sequence"],
  ["t", "TOAST table"],
  ["f", "foreign table"],
  ["p", "partitioned table"],
  ["I", "partitioned index"],
];

/** Whether `name` is \dt, \dv, \dti+ and so on, or \d without a pattern. */
export const listsRelations = (name: string, pattern: string) =>
  /^d[tvmisE]+S?\+?$/.test(name) || (/^d\+?$/.test(name) && pattern === "");

/** \dt and its kin. */
export async function listRelations(session: PsqlSession, name: string, pattern: string): Promise<boolean> {
  const letters = name.replace(/^d|[S+]/g, "") || "tvmsE";
  const withSystem = name.includes("S") || pattern !== "";
  const wanted = [...letters].flatMap((letter) => kinds[letter] ?? []);
  const isIndexes = letters.includes("i");
  const { schema, name: relation } = readPattern(pattern);
  const conditions = [
    `c.relkind IN (${wanted.map((kind) => `'${kind}'`).join(",")})`,
    ...(withSystem
      ? []
      : ["n.nspname <> 'pg_catalog'", "n.nspname !~ '^pg_toast'", "n.nspname <> 'information_schema'"]),
    ...(relation === undefined ? [] : [matchesCondition("c.relname", relation)]),
    schema === undefined ? "pg_catalog.pg_table_is_visible(c.oid)" : matchesCondition("n.nspname", schema),
  ];
  const columns = [
    'n.nspname AS "Schema"',
    'c.relname AS "Name"',
    `CASE c.relkind ${relationTypes.map(([kind, type]) => `WHEN '${kind}' THEN '${type}'`).join(" ")} END AS "Type"`,
    'pg_catalog.pg_get_userbyid(c.relowner) AS "Owner"',
    ...(isIndexes ? ['c2.relname AS "Table"'] : []),
    ...(name.includes("+") ? verboseColumns : []),
  ];
  const found = await ask(
    session,
    `SELECT ${columns.join(", ")} FROM pg_catalog.pg_class c
     LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
     ${isIndexes ? "LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_catalog.pg_class c2 ON i.indrelid = c2.oid" : ""}
     WHERE ${conditions.join(" AND ")} ORDER BY 1, 2`,
  );
  if (found.rows.length === 0 && !session.quiet) {
    session.complain(
      pattern === "" ? "Did not find any relations." : `Did not find any relation named "${pattern}".`,
    );
  } else {
    session.write(formatTable({ ...found, title: "List of relations" }, session.print));
  }
  return true;
}

const verboseColumns = [
  `CASE c.relpersistence WHEN 'p' THEN 'permanent' WHEN 't' THEN 'temporary' WHEN 'u' THEN 'unlogged' END AS "Persistence"`,
  'am.amname AS "Access method"',
  'pg_catalog.pg_size_pretty(pg_catalog.pg_table_size(c.oid)) AS "Size"',
  `pg_catalog.obj_description(c.oid, 'pg_class') AS "Description"`,
];

/** \l */
export async function listDatabases(session: PsqlSession, pattern: string): Promise<boolean> {
  const { name } = readPattern(pattern);
  const databases = await ask(
    session,
    `SELECT d.datname AS "Name", pg_catalog.pg_get_userbyid(d.datdba) AS "Owner",
       pg_catalog.pg_encoding_to_char(d.encoding) AS "Encoding", d.datcollate AS "Collate",
       d.datctype AS "Ctype", d.datlocale AS "ICU Locale",
       CASE d.datlocprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' END AS "Locale Provider",
       pg_catalog.array_to_string(d.datacl, E'\\n') AS "Access privileges"
     FROM pg_catalog.pg_database d ${name === undefined ? "" : `WHERE ${matchesCondition("d.datname", name)}`} ORDER BY 1`,
  );
  session.write(formatTable({ ...databases, title: "List of databases" }, session.print));
  return true;
}

/** \du and \dg */
export async function listRoles(session: PsqlSession, pattern: string): Promise<boolean> {
  const { name } = readPattern(pattern);
  const attributes = [
    ["r.rolsuper", "Superuser"],
    ["NOT r.rolinherit", "No inheritance"],
    ["r.rolcreaterole", "Create role"],
    ["r.rolcreatedb", "Create DB"],
    ["NOT r.rolcanlogin", "Cannot login"],
    ["r.rolreplication", "Replication"],
    ["r.rolbypassrls", "Bypass RLS"],
  ].map(([condition, label]) => `CASE WHEN ${condition} THEN '${label}' END`);
  const roles = await ask(
    session,
    `SELECT r.rolname AS "Role name", pg_catalog.concat_ws(', ', ${attributes.join(", ")}) AS "Attributes",
       ARRAY(SELECT b.rolname FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles b ON m.roleid = b.oid
             WHERE m.member = r.oid) AS "Member of"
     FROM pg_catalog.pg_roles r
     WHERE ${name === undefined ? "r.rolname !~ '^pg_'" : matchesCondition("r.rolname", name)} ORDER BY 1`,
  );
  session.write(
    formatTable(
      { ...roles, title: "List of roles", footers: [] },
      { ...session.print, footer: session.print.footer },
    ),
  );
  return true;
}
