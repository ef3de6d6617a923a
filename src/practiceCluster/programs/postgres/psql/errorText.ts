import type { ReportFields } from "../protocol.ts";

/** An error or notice as psql prints it: with the line it is in, a caret below, detail and hint. */
export function reportText(fields: ReportFields, statement: string): string {
  const lines = [`${fields.S ?? "ERROR"}:  ${fields.M ?? ""}`, ...placeOf(fields, statement)];
  if (fields.D !== undefined) {
    lines.push(`DETAIL:  ${fields.D}`);
  }
  if (fields.H !== undefined) {
    lines.push(`HINT:  ${fields.H}`);
  }
  if (fields.q !== undefined) {
    lines.push(`QUERY:  ${fields.q}`);
  }
  if (fields.W !== undefined) {
    lines.push(`CONTEXT:  ${fields.W}`);
  }
  return `${lines.join("\n")}\n`;
}

const widestLine = 60;

function placeOf(fields: ReportFields, statement: string): string[] {
  const position = Number(fields.P ?? fields.p);
  const source = fields.P === undefined ? fields.q : statement;
  if (!Number.isInteger(position) || position < 1 || source === undefined) {
    return [];
  }
  const before = [...source].slice(0, position - 1).join("");
  const number = before.split("\n").length;
  const line = source.split("\n")[number - 1] ?? "";
  const column = before.length - (before.lastIndexOf("\n") + 1);
  return caretLines(`LINE ${number}: `, line.replaceAll("\t", " "), column);
}

/** The line, cut around the place when it is long (libpq's reportErrorPosition), and the caret. */
function caretLines(label: string, line: string, column: number): string[] {
  let [start, end] = [0, line.length];
  if (line.length > widestLine) {
    if (column + 10 > widestLine) {
      start = Math.max(0, Math.min(column + 10, line.length) - widestLine + 1);
    }
    end = Math.min(line.length, start + widestLine);
  }
  const head = start > 0 ? "..." : "";
  const tail = end < line.length ? "..." : "";
  const shown = `${label}${head}${line.slice(start, end)}${tail}`;
  return [shown, `${" ".repeat(label.length + head.length + column - start)}^`];
}
