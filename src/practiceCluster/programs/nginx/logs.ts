import type { Clock } from "../../../common/clock.ts";

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const two = (number: number) => String(number).padStart(2, "0");

/** `23/Nov/2026:04:25:08 +0000`. */
export function accessTime(clock: Clock): string {
  const time = new Date(clock.now());
  const day = `${two(time.getUTCDate())}/${months[time.getUTCMonth()]}/${time.getUTCFullYear()}`;
  return `${day}:${time.toISOString().slice(11, 19)} +0000`;
}

/** A line of the error log: time, level, process and text. */
export function errorLine(clock: Clock, level: string, pid: number, text: string): string {
  const time = new Date(clock.now()).toISOString().slice(0, 19).replaceAll("-", "/").replace("T", " ");
  return `${time} [${level}] ${pid}#${pid}: ${text}\n`;
}

export const combinedFormat =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';

/** Replaces `$name` and `${name}`. */
export function fillVariables(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(
    /\$(?:\{(\w+)\}|(\w+))/g,
    (_, braced?: string, plain?: string) => variables[braced ?? plain ?? ""] ?? "",
  );
}
