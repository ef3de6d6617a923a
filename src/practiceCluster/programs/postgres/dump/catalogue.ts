import type { PostgresClient } from "../client/client.ts";
import { query } from "../client/query.ts";

/** An entry of a dump: what it is, for its comment, and the statements that make it. */
export interface Entry {
  readonly oid: number;
  readonly name: string;
  readonly kind: string;
  readonly schema: string;
  readonly owner: string;
  readonly sql: string;
  /** What ALTER … OWNER TO names ("TABLE public.t"), when it has an owner of its own. */
  readonly ownedAs?: string;
}

const userSchemas = (column: string) => `${column} !~ '^pg_' AND ${column} <> 'information_schema'`;

const notOfExtension = (table: string, column: string) =>
  `NOT EXISTS (SELECT 1 FROM pg_depend x WHERE x.classid = '${table}'::regclass AND x.objid = ${column} AND x.deptype = 'e')`;

/** Each query gives: oid, name, kind, schema, owner, SQL, owned-as. */
const schemas = `
  SELECT n.oid, n.nspname, 'SCHEMA', '-', pg_get_userbyid(n.nspowner),
         'CREATE SCHEMA ' || quote_ident(n.nspname) || ';', 'SCHEMA ' || quote_ident(n.nspname)
  FROM pg_namespace n WHERE ${userSchemas("n.nspname")} AND n.nspname <> 'public'`;

const extensions = `
  SELECT e.oid, e.extname, 'EXTENSION', '-', '',
         'CREATE EXTENSION IF NOT EXISTS ' || quote_ident(e.extname) || ' WITH SCHEMA ' || quote_ident(n.nspname) || ';', NULL
  FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql'`;

const enums = `
  SELECT t.oid, t.typname, 'TYPE', n.nspname, pg_get_userbyid(t.typowner),
         'CREATE TYPE ' || format('%I.%I', n.nspname, t.typname) || E' AS ENUM (\\n' ||
         (SELECT string_agg('    ' || quote_literal(e.enumlabel), E',\\n' ORDER BY e.enumsortorder)
          FROM pg_enum e WHERE e.enumtypid = t.oid) || E'\\n);',
         'TYPE ' || format('%I.%I', n.nspname, t.typname)
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE t.typtype = 'e' AND ${userSchemas("n.nspname")} AND ${notOfExtension("pg_type", "t.oid")}`;

const domains = `
  SELECT t.oid, t.typname, 'DOMAIN', n.nspname, pg_get_userbyid(t.typowner),
         'CREATE DOMAIN ' || format('%I.%I', n.nspname, t.typname) || ' AS ' || format_type(t.typbasetype, t.typtypmod) ||
         CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END || coalesce(' DEFAULT ' || t.typdefault, '') ||
         coalesce((SELECT string_agg(E'\\n\\tCONSTRAINT ' || quote_ident(c.conname) || ' ' || pg_get_constraintdef(c.oid), '')
                   FROM pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'c'), '') || ';',
         'DOMAIN ' || format('%I.%I', n.nspname, t.typname)
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE t.typtype = 'd' AND ${userSchemas("n.nspname")} AND ${notOfExtension("pg_type", "t.oid")}`;

const composites = `
  SELECT t.oid, t.typname, 'TYPE', n.nspname, pg_get_userbyid(t.typowner),
         'CREATE TYPE ' || format('%I.%I', n.nspname, t.typname) || E' AS (\\n' ||
         (SELECT string_agg(E'\\t' || quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod), E',\\n' ORDER BY a.attnum)
          FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) || E'\\n);',
         'TYPE ' || format('%I.%I', n.nspname, t.typname)
  FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c' JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE ${userSchemas("n.nspname")} AND ${notOfExtension("pg_type", "t.oid")}`;

const functions = `
  SELECT p.oid, p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
         CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, n.nspname, pg_get_userbyid(p.proowner),
         regexp_replace(rtrim(pg_get_functiondef(p.oid), E'\\n'), '^CREATE OR REPLACE', 'CREATE') || ';',
         CASE p.prokind WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END ||
           format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE p.prokind IN ('f', 'p', 'w') AND ${userSchemas("n.nspname")} AND ${notOfExtension("pg_proc", "p.oid")}`;

const sequences = `
  SELECT c.oid, c.relname, 'SEQUENCE', n.nspname, pg_get_userbyid(c.relowner),
         'CREATE SEQUENCE ' || format('%I.%I', n.nspname, c.relname) ||
         CASE WHEN s.seqtypid = 'int8'::regtype THEN '' ELSE E'\\n    AS ' || format_type(s.seqtypid, NULL) END ||
         E'\\n    START WITH ' || s.seqstart || E'\\n    INCREMENT BY ' || s.seqincrement ||
         CASE WHEN s.seqmin = 1 THEN E'\\n    NO MINVALUE' ELSE E'\\n    MINVALUE ' || s.seqmin END ||
         CASE WHEN s.seqmax IN (9223372036854775807, 2147483647, 32767) THEN E'\\n    NO MAXVALUE' ELSE E'\\n    MAXVALUE ' || s.seqmax END ||
         E'\\n    CACHE ' || s.seqcache || CASE WHEN s.seqcycle THEN E'\\n    CYCLE' ELSE '' END || ';',
         'TABLE ' || format('%I.%I', n.nspname, c.relname)
  FROM pg_class c JOIN pg_sequence s ON s.seqrelid = c.oid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE ${userSchemas("n.nspname")}
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'i')`;

const isSerial =
  "(d.adbin IS NOT NULL AND a.attgenerated = '' AND pg_get_expr(d.adbin, d.adrelid) ~ '^nextval\\(')";

const tables = `
  SELECT c.oid, c.relname, 'TABLE', n.nspname, pg_get_userbyid(c.relowner),
         'CREATE ' || CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END || 'TABLE ' ||
         format('%I.%I', n.nspname, c.relname) || E' (\\n' || concat_ws(E',\\n',
           (SELECT string_agg('    ' || quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod) ||
              CASE WHEN a.attgenerated <> '' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ') STORED'
                   WHEN d.adbin IS NOT NULL AND NOT ${isSerial} THEN ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) ELSE '' END ||
              CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END, E',\\n' ORDER BY a.attnum)
            FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
           (SELECT string_agg('    CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid), E',\\n' ORDER BY k.conname)
            FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.conislocal)) || E'\\n)' ||
         CASE WHEN c.relkind = 'p' THEN E'\\nPARTITION BY ' || pg_get_partkeydef(c.oid) ELSE '' END || ';',
         'TABLE ' || format('%I.%I', n.nspname, c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND ${userSchemas("n.nspname")} AND ${notOfExtension("pg_class", "c.oid")}`;

const views = `
  SELECT c.oid, c.relname, CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END, n.nspname, pg_get_userbyid(c.relowner),
         'CREATE ' || CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW ' ELSE 'VIEW ' END || format('%I.%I', n.nspname, c.relname) ||
         E' AS\\n' || CASE c.relkind WHEN 'm' THEN rtrim(pg_get_viewdef(c.oid), ';') || E'\\n  WITH NO DATA;' ELSE pg_get_viewdef(c.oid) END,
         'TABLE ' || format('%I.%I', n.nspname, c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('v', 'm') AND ${userSchemas("n.nspname")} AND ${notOfExtension("pg_class", "c.oid")}`;

const relation = "format('%I.%I', n.nspname, c.relname)";

/** What follows the tables but needs no data: identity columns, owned sequences, partitions, defaults. */
const additions = [
  `SELECT s.oid, s.relname, 'SEQUENCE', n.nspname, pg_get_userbyid(c.relowner),
     'ALTER TABLE ' || ${relation} || ' ALTER COLUMN ' || quote_ident(a.attname) || ' ADD GENERATED ' ||
     CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END || E' AS IDENTITY (\\n    SEQUENCE NAME ' ||
     format('%I.%I', n.nspname, s.relname) || E'\\n    START WITH ' || q.seqstart || E'\\n    INCREMENT BY ' || q.seqincrement ||
     E'\\n    NO MINVALUE\\n    NO MAXVALUE\\n    CACHE ' || q.seqcache || E'\\n);', NULL
   FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   JOIN pg_depend d ON d.refobjid = c.oid AND d.refobjsubid = a.attnum AND d.deptype = 'i' AND d.classid = 'pg_class'::regclass
   JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_sequence q ON q.seqrelid = s.oid
   WHERE a.attidentity <> '' AND ${userSchemas("n.nspname")}`,
  `SELECT s.oid, s.relname, 'SEQUENCE OWNED BY', n.nspname, pg_get_userbyid(s.relowner),
     'ALTER SEQUENCE ' || format('%I.%I', sn.nspname, s.relname) || ' OWNED BY ' || ${relation} || '.' || quote_ident(a.attname) || ';', NULL
   FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' AND d.deptype = 'a' AND d.classid = 'pg_class'::regclass
   JOIN pg_namespace sn ON sn.oid = s.relnamespace JOIN pg_class c ON c.oid = d.refobjid
   JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE ${userSchemas("n.nspname")}`,
  `SELECT c.oid, c.relname, 'TABLE ATTACH', n.nspname, pg_get_userbyid(c.relowner),
     'ALTER TABLE ONLY ' || i.inhparent::regclass || ' ATTACH PARTITION ' || ${relation} || ' ' || pg_get_expr(c.relpartbound, c.oid) || ';', NULL
   FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid AND c.relispartition AND c.relkind IN ('r', 'p')
   JOIN pg_namespace n ON n.oid = c.relnamespace`,
  `SELECT c.oid, c.relname || ' ' || a.attname, 'DEFAULT', n.nspname, pg_get_userbyid(c.relowner),
     'ALTER TABLE ONLY ' || ${relation} || ' ALTER COLUMN ' || quote_ident(a.attname) || ' SET DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) || ';', NULL
   FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
   JOIN pg_class c ON c.oid = d.adrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE ${isSerial} AND ${userSchemas("n.nspname")}`,
  `SELECT c.oid, 'TABLE ' || c.relname, 'COMMENT', n.nspname, pg_get_userbyid(c.relowner),
     'COMMENT ON ' || CASE c.relkind WHEN 'v' THEN 'VIEW ' WHEN 'm' THEN 'MATERIALIZED VIEW ' WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END ||
     ${relation} || ' IS ' || quote_literal(x.description) || ';', NULL
   FROM pg_description x JOIN pg_class c ON c.oid = x.objoid AND x.classoid = 'pg_class'::regclass AND x.objsubid = 0
   JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND ${userSchemas("n.nspname")}`,
  `SELECT c.oid, 'COLUMN ' || c.relname || '.' || a.attname, 'COMMENT', n.nspname, pg_get_userbyid(c.relowner),
     'COMMENT ON COLUMN ' || ${relation} || '.' || quote_ident(a.attname) || ' IS ' || quote_literal(x.description) || ';', NULL
   FROM pg_description x JOIN pg_class c ON c.oid = x.objoid AND x.classoid = 'pg_class'::regclass
   JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.objsubid AND x.objsubid > 0
   JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${userSchemas("n.nspname")}`,
];

/** What comes after the data: keys, indexes, foreign keys, triggers, rules, rights. */
const afterData = [
  `SELECT k.oid, c.relname || ' ' || k.conname, 'CONSTRAINT', n.nspname, pg_get_userbyid(c.relowner),
     'ALTER TABLE ' || CASE c.relkind WHEN 'p' THEN '' ELSE 'ONLY ' END || ${relation} || E'\\n    ADD CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid) || ';', NULL
   FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE k.contype IN ('p', 'u', 'x') AND k.conparentid = 0 AND ${userSchemas("n.nspname")}`,
  `SELECT i.indexrelid, x.relname, 'INDEX', n.nspname, pg_get_userbyid(c.relowner),
     replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') || ';', NULL
   FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = x.relnamespace
   WHERE NOT x.relispartition AND c.relkind IN ('r', 'p', 'm') AND ${userSchemas("n.nspname")}
     AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))`,
  `SELECT k.oid, c.relname || ' ' || k.conname, 'FK CONSTRAINT', n.nspname, pg_get_userbyid(c.relowner),
     'ALTER TABLE ' || CASE c.relkind WHEN 'p' THEN '' ELSE 'ONLY ' END || ${relation} || E'\\n    ADD CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid) || ';', NULL
   FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE k.contype = 'f' AND k.conparentid = 0 AND ${userSchemas("n.nspname")}`,
  `SELECT t.oid, c.relname || ' ' || t.tgname, 'TRIGGER', n.nspname, pg_get_userbyid(c.relowner), pg_get_triggerdef(t.oid) || ';', NULL
   FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND ${userSchemas("n.nspname")}`,
  `SELECT r.oid, c.relname || ' ' || r.rulename, 'RULE', n.nspname, pg_get_userbyid(c.relowner), pg_get_ruledef(r.oid), NULL
   FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE r.rulename <> '_RETURN' AND ${userSchemas("n.nspname")}`,
  `SELECT c.oid, c.relname, 'MATERIALIZED VIEW DATA', n.nspname, pg_get_userbyid(c.relowner),
     'REFRESH MATERIALIZED VIEW ' || ${relation} || ';', NULL
   FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'm' AND c.relispopulated AND ${userSchemas("n.nspname")}`,
];

export const rightsQuery = `
  SELECT c.oid, CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || c.relname, 'ACL', n.nspname, pg_get_userbyid(c.relowner),
     'GRANT ' || string_agg(g.privilege_type, ',' ORDER BY g.privilege_type) || ' ON ' || CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END ||
     ${relation} || ' TO ' || CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END ||
     CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END || ';', NULL
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, LATERAL aclexplode(c.relacl) g
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND g.grantee <> c.relowner AND ${userSchemas("n.nspname")}
  GROUP BY c.oid, c.relname, c.relkind, n.nspname, c.relowner, g.grantee, g.is_grantable
  UNION ALL
  SELECT n.oid, 'SCHEMA ' || n.nspname, 'ACL', '-', pg_get_userbyid(n.nspowner),
     'GRANT ' || string_agg(g.privilege_type, ',' ORDER BY g.privilege_type) || ' ON SCHEMA ' || quote_ident(n.nspname) || ' TO ' ||
     CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END || ';', NULL
  FROM pg_namespace n, LATERAL aclexplode(n.nspacl) g
  WHERE g.grantee <> n.nspowner AND ${userSchemas("n.nspname")} AND NOT (n.nspname = 'public' AND g.grantee = 0 AND g.privilege_type = 'USAGE')
  GROUP BY n.oid, n.nspname, n.nspowner, g.grantee`;

/** Kinds of objects that this dump cannot write; leaving them out silently would lose them. */
const unknownKinds = `
  SELECT 'policy', polname FROM pg_policy UNION ALL
  SELECT 'event trigger', evtname FROM pg_event_trigger UNION ALL
  SELECT 'publication', pubname FROM pg_publication UNION ALL
  SELECT 'foreign table', relname FROM pg_class WHERE relkind = 'f' UNION ALL
  SELECT 'inheritance of table', c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE NOT c.relispartition UNION ALL
  SELECT 'aggregate', p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE p.prokind = 'a' AND ${userSchemas("n.nspname")} AND ${notOfExtension("pg_proc", "p.oid")} UNION ALL
  SELECT 'operator', o.oprname FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
    WHERE ${userSchemas("n.nspname")} AND ${notOfExtension("pg_operator", "o.oid")} UNION ALL
  SELECT 'range type', t.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typtype = 'r' AND ${userSchemas("n.nspname")} AND ${notOfExtension("pg_type", "t.oid")}`;

/** Names of objects that a dump would lose, with their kinds. */
export async function objectsBeyondDump(client: PostgresClient): Promise<string[]> {
  return (await query(client, unknownKinds)).map(([kind, name]) => `${kind} "${name}"`);
}

/** What is made before the data: in the order of making, which is one that restores. */
export async function entriesBeforeData(client: PostgresClient): Promise<Entry[]> {
  const made = [extensions, enums, domains, composites, functions, sequences, tables, views];
  const schemaEntries = await read(client, [schemas]);
  const entries = (await read(client, made)).sort((left, right) => left.oid - right.oid);
  return [...schemaEntries, ...entries, ...(await read(client, additions))];
}

export const entriesAfterData = (client: PostgresClient): Promise<Entry[]> => read(client, afterData);

export const rightsEntries = (client: PostgresClient): Promise<Entry[]> => read(client, [rightsQuery]);

async function read(client: PostgresClient, queries: readonly string[]): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const sql of queries) {
    for (const [oid, name, kind, schema, owner, statement, ownedAs] of await query(
      client,
      `${sql} ORDER BY 4, 2`,
    )) {
      const entry = {
        oid: Number(oid),
        name: name ?? "",
        kind: kind ?? "",
        schema: schema ?? "-",
        owner: owner ?? "",
      };
      entries.push({ ...entry, sql: statement ?? "", ...(ownedAs ? { ownedAs } : {}) });
    }
  }
  return entries;
}
