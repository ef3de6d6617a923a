import type { Writable } from "node:stream";
import type { Clock } from "../../../common/clock.ts";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The server's log: "1:M 23 Nov 2026 04:27:01.611 * Ready to accept connections tcp". */
export class RedisLog {
  readonly #out: Writable;
  readonly #clock: Clock;
  readonly #pid: number;

  constructor(out: Writable, clock: Clock, pid: number) {
    this.#out = out;
    this.#clock = clock;
    this.#pid = pid;
  }

  /** `role` is C (starting), M (primary) or S (replica); `mark` is * (notice) or # (warning). */
  write(role: "C" | "M" | "S", message: string, mark: "*" | "#" = "*"): void {
    const now = new Date(this.#clock.now());
    const day = `${String(now.getUTCDate()).padStart(2, "0")} ${months[now.getUTCMonth()]} ${now.getUTCFullYear()}`;
    this.#out.write(`${this.#pid}:${role} ${day} ${now.toISOString().slice(11, 23)} ${mark} ${message}\n`);
  }

  signal(message: string): void {
    this.#out.write(`${this.#pid}:signal-handler (${Math.floor(this.#clock.now() / 1000)}) ${message}\n`);
  }
}
