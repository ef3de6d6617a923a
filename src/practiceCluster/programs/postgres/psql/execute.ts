import { type Column, encode, readColumns, readReport, readRow, strings, text } from "../protocol.ts";
import { reportText } from "./errorText.ts";
import type { Lines } from "./lines.ts";
import type { PsqlSession } from "./session.ts";
import { formatTable, type PrintSettings } from "./table.ts";

interface Result {
  columns: readonly Column[] | undefined;
  rows: (string | null)[][];
  /** Whether the rows went to stdout as COPY data. */
  copied: boolean;
}

const emptyResult = (): Result => ({ columns: undefined, rows: [], copied: false });

/** Sends a query and prints what comes back. False when the server reported an error. */
export async function execute(
  session: PsqlSession,
  query: string,
  copySource: Lines,
  settings: PrintSettings = session.print,
): Promise<boolean> {
  const { client, context } = session;
  const startedAt = context.clock.now();
  client.send(encode("Q", text(query)));
  const isRight = await printResults(session, query, copySource, settings);
  if (session.timing) {
    session.write(`Time: ${(context.clock.now() - startedAt).toFixed(3)} ms\n`);
  }
  return isRight;
}

async function printResults(
  session: PsqlSession,
  query: string,
  copySource: Lines,
  settings: PrintSettings,
): Promise<boolean> {
  let isRight = true;
  let result = emptyResult();
  for (;;) {
    const { type, body } = await session.client.receive();
    if (type === "Z") {
      return isRight;
    }
    if (type === "T") {
      result = { ...emptyResult(), columns: readColumns(body) };
    } else if (type === "D") {
      result.rows.push(readRow(body));
    } else if (type === "C") {
      printResult(session, result, strings(body)[0] ?? "", settings);
      result = emptyResult();
    } else if (type === "E") {
      session.complain(reportText(readReport(body), query));
      isRight = false;
    } else if (type === "N") {
      // psql shows where a report comes from for errors only
      const { W: _context, ...fields } = readReport(body);
      session.complain(reportText(fields, query));
    } else if (type === "H") {
      result.copied = true;
    } else if (type === "d") {
      session.write(body.toString("utf8"));
    } else if (type === "G") {
      await sendCopyData(session, copySource);
    }
  }
}

function printResult(session: PsqlSession, result: Result, tag: string, settings: PrintSettings): void {
  if (result.columns) {
    session.write(formatTable({ columns: result.columns, rows: result.rows }, settings));
  }
  const isRead = result.columns !== undefined && !/^(INSERT|UPDATE|DELETE|MERGE)\b/.test(tag);
  if (!session.quiet && !isRead && !result.copied) {
    session.write(`${tag}\n`);
  }
}

const copyInstructions =
  "Enter data to be copied followed by a newline.\nEnd with a backslash and a period on a line by itself, or an EOF signal.\n";

/** Sends the lines up to a lone \. as COPY data. */
async function sendCopyData(session: PsqlSession, source: Lines): Promise<void> {
  if (session.interactive) {
    session.write(copyInstructions);
  }
  const prompt = session.interactive ? ">> " : "";
  for (
    let line = await source.next(prompt);
    line !== undefined && line !== "\\.";
    line = await source.next(prompt)
  ) {
    if (session.place) {
      session.place.line++;
    }
    session.client.send(encode("d", `${line}\n`));
  }
  session.client.send(encode("c"));
}

/** Rows and columns of a query that psql itself asks. Throws the report's text. */
export async function ask(
  session: PsqlSession,
  query: string,
): Promise<{ columns: readonly Column[]; rows: readonly (readonly (string | null)[])[] }> {
  session.client.send(encode("Q", text(query)));
  let columns: readonly Column[] = [];
  const rows: (string | null)[][] = [];
  let failure: string | undefined;
  for (;;) {
    const { type, body } = await session.client.receive();
    if (type === "T") {
      columns = readColumns(body);
    } else if (type === "D") {
      rows.push(readRow(body));
    } else if (type === "E") {
      failure ??= reportText(readReport(body), query);
    } else if (type === "Z") {
      if (failure !== undefined) {
        throw new QueryFailure(failure);
      }
      return { columns, rows };
    }
  }
}

/** A query of psql's own that the server refused; its message is the report's text. */
export class QueryFailure extends Error {}
