import { describe } from "psql-describe";
import { ask } from "./execute.ts";
import { listDatabases, listRelations, listRoles, listsRelations } from "./listings.ts";
import type { PsqlSession } from "./session.ts";
import { formatTable, type Table } from "./table.ts";

/** The engine's catalogues are of its own version, whatever the image's is. */
const catalogueVersion = 180_000;

/** A table as psql-describe hands it over. */
interface DescribedTable {
  readonly title?: string | null;
  readonly ncolumns: number;
  readonly headers: readonly string[];
  readonly cells: readonly (string | null)[];
  readonly aligns: readonly string[];
  readonly footers: readonly string[] | null;
  readonly opt?: { readonly default_footer?: boolean };
}

/** \d…, \l, \sf, \sv: describes what is in the database. False when it was not found. */
export async function describeCommand(session: PsqlSession, name: string, rest: string): Promise<boolean> {
  const pattern = rest.trim();
  if (listsRelations(name, pattern)) {
    return await listRelations(session, name, pattern);
  }
  if (/^(l|list)\+?$/.test(name)) {
    return await listDatabases(session, pattern);
  }
  if (/^d[ug]$/.test(name)) {
    return await listRoles(session, pattern);
  }
  return await describeByLibrary(session, name, pattern);
}

async function describeByLibrary(session: PsqlSession, name: string, pattern: string): Promise<boolean> {
  const runQuery = async (sql: string) => {
    const { columns, rows } = await ask(session, sql);
    const fields = columns.map((column) => ({ name: column.name, dataTypeID: column.typeId }));
    return { fields, rows, rowCount: rows.length };
  };
  let isFound = true;
  const output = (item: string | Record<string, unknown>) => {
    if (typeof item === "string") {
      isFound &&= !item.startsWith("Did not find");
      session.complain(item);
    } else {
      session.write(formatTable(tableOf(item as unknown as DescribedTable), session.print));
    }
  };
  const command = `\\${name}${pattern === "" ? "" : ` ${pattern}`}`;
  const { database } = session.client.options;
  return (
    (await describe(command, database, runQuery, output, false, catalogueVersion).promise) !== false &&
    isFound
  );
}

function tableOf(described: DescribedTable): Table {
  const { ncolumns, cells, headers, aligns, footers, title, opt } = described;
  const rows: (string | null)[][] = [];
  for (let index = 0; index < cells.length; index += ncolumns) {
    rows.push(cells.slice(index, index + ncolumns).map((cell) => cell ?? ""));
  }
  const table = {
    columns: headers.map((header) => ({ name: header, typeId: 25 })),
    rows,
    rightAligned: aligns.map((align) => align === "r"),
    ...(title ? { title } : {}),
  };
  return footers || opt?.default_footer === false ? { ...table, footers: footers ?? [] } : table;
}
