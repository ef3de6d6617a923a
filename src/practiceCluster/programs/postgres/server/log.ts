import type { Writable } from "node:stream";
import type { Clock } from "../../../../common/clock.ts";
import type { ReportFields } from "../protocol.ts";

/** "2026-11-23 04:27:01.611 UTC": as the server writes times by default. */
export function logTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().replace("T", " ").slice(0, -1)} UTC`;
}

/** The server's log on stderr, with the default prefix '%m [%p] '. */
export class ServerLog {
  readonly #out: Writable;
  readonly #clock: Clock;

  constructor(out: Writable, clock: Clock) {
    this.#out = out;
    this.#clock = clock;
  }

  write(pid: number, level: string, message: string): void {
    const continued = message.replaceAll("\n", "\n\t");
    this.#out.write(`${logTime(this.#clock.now())} [${pid}] ${level}:  ${continued}\n`);
  }

  /** An error that a client was told, and the statement that caused it. */
  report(pid: number, fields: ReportFields, statement?: string): void {
    const at = fields.P ? ` at character ${fields.P}` : "";
    this.write(pid, fields.S ?? "ERROR", `${fields.M ?? ""}${at}`);
    const more = { DETAIL: fields.D, HINT: fields.H, STATEMENT: statement };
    for (const [level, message] of Object.entries(more)) {
      if (message !== undefined) {
        this.write(pid, level, message);
      }
    }
  }
}
