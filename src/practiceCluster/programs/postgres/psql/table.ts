import type { Column } from "../protocol.ts";

/** How results are printed: \pset and its short forms. */
export interface PrintSettings {
  format: "aligned" | "unaligned" | "csv";
  expanded: "off" | "on";
  tuplesOnly: boolean;
  fieldSeparator: string;
  recordSeparator: string;
  border: number;
  nullText: string;
  footer: boolean;
}

export const defaultPrintSettings = (): PrintSettings => ({
  format: "aligned",
  expanded: "off",
  tuplesOnly: false,
  fieldSeparator: "|",
  recordSeparator: "\n",
  border: 1,
  nullText: "",
  footer: true,
});

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly title?: string;
  /** Columns that are aligned to the right, when their types do not say so. */
  readonly rightAligned?: readonly boolean[];
  /** Lines below the table instead of the row count. */
  readonly footers?: readonly string[];
}

/** Types that psql aligns to the right: numbers, object identifiers, money, transaction ids. */
const rightAligned = new Set([20, 21, 23, 26, 28, 29, 700, 701, 790, 1700, 5069]);

/** A result as psql prints it. */
export function formatTable(table: Table, settings: PrintSettings): string {
  if (settings.format === "csv") {
    return csv(table, settings);
  }
  if (settings.expanded === "on") {
    return settings.format === "unaligned"
      ? expandedUnaligned(table, settings)
      : expandedAligned(table, settings);
  }
  return settings.format === "unaligned" ? unaligned(table, settings) : aligned(table, settings);
}

const cellText = (value: string | null, { nullText }: PrintSettings) => value ?? nullText;

function rowCount({ rows }: Table): string {
  return `(${rows.length} ${rows.length === 1 ? "row" : "rows"})`;
}

function footerLines(table: Table, settings: PrintSettings): readonly string[] {
  if (settings.tuplesOnly || !settings.footer) {
    return [];
  }
  return table.footers ?? [rowCount(table)];
}

/** Columns that a text takes on a terminal; East Asian wide characters take two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{20000}-\u{3fffd}]/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return width;
}

const padEnd = (text: string, width: number) => text + " ".repeat(Math.max(0, width - displayWidth(text)));
const padStart = (text: string, width: number) => " ".repeat(Math.max(0, width - displayWidth(text))) + text;

function centre(text: string, width: number): string {
  const space = width - displayWidth(text);
  const left = Math.floor(space / 2);
  return " ".repeat(Math.max(0, left)) + text + " ".repeat(Math.max(0, space - left));
}

/** Control characters as psql shows them; line ends make more lines in a cell. */
const cellLines = (text: string) => text.replaceAll("\r", "\\r").split("\n").map(withoutTabs);

/** Tabs reach to the next multiple of eight columns. */
function withoutTabs(line: string): string {
  return line
    .split("\t")
    .reduce((before, after) => before + " ".repeat(8 - (displayWidth(before) % 8)) + after);
}

function aligned(table: Table, settings: PrintSettings): string {
  const cells = table.rows.map((row) => row.map((value) => cellLines(cellText(value, settings))));
  const widths = table.columns.map(({ name }, index) =>
    Math.max(
      ...cellLines(name).map(displayWidth),
      ...cells.flatMap((row) => (row[index] ?? []).map(displayWidth)),
      0,
    ),
  );
  const lines: string[] = [];
  if (!settings.tuplesOnly) {
    lines.push(
      ...titleAbove(table, widths, settings),
      headerLine(table, widths, settings),
      rule(widths, settings),
    );
  }
  const framed = (line: string) => (settings.border === 2 ? `|${line}|` : line);
  for (const row of cells) {
    lines.push(...alignedRow(row, table, widths, settings).map(framed));
  }
  if (settings.border === 2) {
    lines.push(rule(widths, settings));
  }
  lines.push(...footerLines(table, settings));
  return `${lines.join("\n")}${lines.length > 0 ? "\n" : ""}\n`;
}

function titleAbove({ title }: Table, widths: readonly number[], { border }: PrintSettings): string[] {
  if (title === undefined) {
    return [];
  }
  const total = widths.reduce((sum, width) => sum + width + (border === 0 ? 1 : 3), border === 2 ? 1 : -1);
  return [
    displayWidth(title) >= total
      ? title
      : `${" ".repeat(Math.floor((total - displayWidth(title)) / 2))}${title}`,
  ];
}

function headerLine({ columns }: Table, widths: readonly number[], { border }: PrintSettings): string {
  const names = columns.map(({ name }, index) => centre(name, widths[index] ?? 0));
  if (border === 0) {
    return names.join(" ");
  }
  const line = names.map((name) => ` ${name} `).join("|");
  return border === 2 ? `|${line}|` : line;
}

function rule(widths: readonly number[], { border }: PrintSettings): string {
  if (border === 0) {
    return widths.map((width) => "-".repeat(width)).join(" ");
  }
  const line = widths.map((width) => "-".repeat(width + 2)).join("+");
  return border === 2 ? `+${line}+` : line;
}

function alignedRow(
  row: readonly (readonly string[])[],
  table: Table,
  widths: readonly number[],
  { border }: PrintSettings,
): string[] {
  const height = Math.max(...row.map((lines) => lines.length), 1);
  return Array.from({ length: height }, (_, line) => {
    const cells = row.map((lines, index) => {
      const text = lines[line] ?? "";
      const isLast = index === row.length - 1;
      const width = isLast && border < 2 && line >= lines.length ? 0 : (widths[index] ?? 0);
      const continues = line + 1 < lines.length;
      const right = isRightAligned(table, index);
      const padded = right
        ? padStart(text, width)
        : isLast && border < 2 && !continues
          ? text
          : padEnd(text, width);
      const after = continues ? "+" : isLast && border < 2 ? "" : " ";
      return border === 0 ? padded + (continues ? "+" : isLast ? "" : " ") : ` ${padded}${after}`;
    });
    return cells.join(border === 0 ? "" : "|");
  });
}

function isRightAligned({ columns, rightAligned: given }: Table, index: number): boolean {
  return given?.[index] ?? rightAligned.has(columns[index]?.typeId ?? 0);
}

function unaligned(table: Table, settings: PrintSettings): string {
  const { fieldSeparator, recordSeparator, tuplesOnly } = settings;
  const records = table.rows.map((row) => row.map((value) => cellText(value, settings)).join(fieldSeparator));
  if (!tuplesOnly) {
    records.unshift(table.columns.map(({ name }) => name).join(fieldSeparator));
    if (table.title !== undefined) {
      records.unshift(table.title);
    }
  }
  records.push(...footerLines(table, settings));
  return records.length === 0 ? "" : `${records.join(recordSeparator)}\n`;
}

function expandedUnaligned(table: Table, settings: PrintSettings): string {
  if (table.rows.length === 0) {
    return footerLines(table, settings)
      .map((line) => `${line}\n`)
      .join("");
  }
  const { fieldSeparator } = settings;
  const records = table.rows.map((row) =>
    table.columns.map(
      ({ name }, index) => `${name}${fieldSeparator}${cellText(row[index] ?? null, settings)}`,
    ),
  );
  return `${records.map((record) => record.join("\n")).join("\n\n")}\n`;
}

function expandedAligned(table: Table, settings: PrintSettings): string {
  if (table.rows.length === 0) {
    return settings.tuplesOnly ? "\n" : `${[...footerLines(table, settings), ""].join("\n")}\n`;
  }
  const nameWidth = Math.max(...table.columns.map(({ name }) => displayWidth(name)));
  const texts = table.rows.map((row) => row.map((value) => cellLines(cellText(value, settings))));
  const valueWidth = Math.max(...texts.flat(2).map(displayWidth), 0);
  const lines: string[] = settings.tuplesOnly || table.title === undefined ? [] : [table.title];
  for (const [number, row] of texts.entries()) {
    if (!settings.tuplesOnly) {
      lines.push(recordRule(number + 1, nameWidth, valueWidth));
    } else if (number > 0) {
      lines.push("");
    }
    for (const [index, { name }] of table.columns.entries()) {
      for (const [line, text] of (row[index] ?? [""]).entries()) {
        const isContinued = line + 1 < (row[index]?.length ?? 1);
        const label = padEnd(line === 0 ? name : "", nameWidth);
        lines.push(`${label} | ${isContinued ? `${padEnd(text, valueWidth)}+` : text}`);
      }
    }
  }
  return `${lines.join("\n")}\n\n`;
}

/** The line above a record (print.c, print_aligned_vertical_line): the label runs over the column border when it is longer. */
function recordRule(number: number, nameWidth: number, valueWidth: number): string {
  const label = `[ RECORD ${number} ]`;
  const past = label.length + 1 - nameWidth;
  const fill = "-".repeat(Math.max(0, -past));
  const border = ["-", "+", "-"].slice(Math.max(0, past)).join("");
  return `-${label}${fill}${border}${"-".repeat(Math.max(0, valueWidth - Math.max(0, past - 3)))}`;
}

function csv(table: Table, settings: PrintSettings): string {
  const quoted = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const records = table.rows.map((row) => row.map((value) => quoted(cellText(value, settings))).join(","));
  if (!settings.tuplesOnly) {
    records.unshift(table.columns.map(({ name }) => quoted(name)).join(","));
  }
  return records.map((record) => `${record}\n`).join("");
}
