import type { PsqlSession } from "./session.ts";

type PrintCommand = (session: PsqlSession, rest: string) => boolean;

const switched = (value: string | undefined, current: boolean) =>
  value === undefined || value === "" ? !current : ["on", "1", "true", "yes"].includes(value);

function setExpanded(session: PsqlSession, value: string | undefined): void {
  session.print.expanded = switched(value, session.print.expanded === "on") ? "on" : "off";
  tell(session, `Expanded display is ${session.print.expanded}.`);
}

function setTuplesOnly(session: PsqlSession, value: string | undefined): void {
  session.print.tuplesOnly = switched(value, session.print.tuplesOnly);
  tell(session, `Tuples only is ${session.print.tuplesOnly ? "on" : "off"}.`);
}

function setFormat(session: PsqlSession, value: string): boolean {
  if (value !== "aligned" && value !== "unaligned" && value !== "csv") {
    session.complain(`\\pset: allowed formats are aligned, csv, unaligned`);
    return false;
  }
  session.print.format = value;
  tell(session, `Output format is ${value}.`);
  return true;
}

function tell(session: PsqlSession, message: string): void {
  if (!session.quiet) {
    session.write(`${message}\n`);
  }
}

const options: Readonly<
  Record<string, (session: PsqlSession, value: string | undefined) => boolean | undefined>
> = {
  expanded: (session, value) => void setExpanded(session, value),
  x: (session, value) => void setExpanded(session, value),
  tuples_only: (session, value) => void setTuplesOnly(session, value),
  t: (session, value) => void setTuplesOnly(session, value),
  format: (session, value) => setFormat(session, value ?? session.print.format),
  null: (session, value = "") => {
    session.print.nullText = value;
    tell(session, `Null display is "${value}".`);
    return true;
  },
  border: (session, value) => {
    session.print.border = Math.min(2, Math.max(0, Number(value ?? session.print.border)));
    tell(session, `Border style is ${session.print.border}.`);
    return true;
  },
  fieldsep: (session, value) => {
    session.print.fieldSeparator = value ?? session.print.fieldSeparator;
    tell(session, `Field separator is "${session.print.fieldSeparator}".`);
    return true;
  },
  footer: (session, value) => {
    session.print.footer = switched(value, session.print.footer);
    tell(session, `Default footer is ${session.print.footer ? "on" : "off"}.`);
    return true;
  },
  pager: () => true,
};

/** \pset NAME VALUE and `-P NAME=VALUE`. False when there is no such option. */
export function setPrintOption(session: PsqlSession, [name = "", value]: readonly string[]): boolean {
  const option = options[name];
  if (!option) {
    session.complain(`\\pset: unknown option: ${name}`);
    return false;
  }
  return option(session, value) ?? true;
}

/** The short forms of \pset. */
export const printCommands: Readonly<Record<string, PrintCommand>> = {
  x: (session, rest) => setPrintOption(session, ["expanded", rest.trim()]),
  t: (session, rest) => setPrintOption(session, ["tuples_only", rest.trim()]),
  a: (session) => setFormat(session, session.print.format === "aligned" ? "unaligned" : "aligned"),
  f: (session, rest) => setPrintOption(session, ["fieldsep", rest.trim()]),
};
