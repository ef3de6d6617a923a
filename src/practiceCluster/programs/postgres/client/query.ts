import { encode, readReport, readRow, text } from "../protocol.ts";
import type { PostgresClient } from "./client.ts";

/** A statement that the server refused. */
export class StatementFailure extends Error {}

export type Row = readonly (string | null)[];

/** Rows of a query, and the data when it is a COPY to stdout. Throws StatementFailure in the server's words. */
async function collect(client: PostgresClient, sql: string): Promise<{ rows: Row[]; copied: string }> {
  client.send(encode("Q", text(sql)));
  const rows: Row[] = [];
  const copied: Buffer[] = [];
  let failure: string | undefined;
  for (let message = await client.receive(); message.type !== "Z"; message = await client.receive()) {
    if (message.type === "D") {
      rows.push(readRow(message.body));
    } else if (message.type === "d") {
      copied.push(message.body);
    } else if (message.type === "E") {
      failure ??= readReport(message.body).M;
    }
  }
  if (failure !== undefined) {
    throw new StatementFailure(failure);
  }
  return { rows, copied: Buffer.concat(copied).toString("utf8") };
}

export const query = async (client: PostgresClient, sql: string): Promise<Row[]> =>
  (await collect(client, sql)).rows;

export const copyOut = async (client: PostgresClient, sql: string): Promise<string> =>
  (await collect(client, sql)).copied;
