import type { FileStatus } from "../fileSystem.ts";

const kinds = { file: "-", directory: "d", symlink: "l" } as const;
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const halfYearMs = 182 * 24 * 3600 * 1000;

/** `-rw-r--r--`. */
export function modeText({ type, mode }: FileStatus): string {
  const letters = "rwxrwxrwx";
  const bits = [...letters].map((letter, index) => ((mode >> (8 - index)) & 1 ? letter : "-"));
  for (const [bit, position, letter] of [
    [0o4000, 2, "s"],
    [0o2000, 5, "s"],
    [0o1000, 8, "t"],
  ] as const) {
    if (mode & bit) {
      bits[position] = bits[position] === "x" ? letter : letter.toUpperCase();
    }
  }
  return kinds[type] + bits.join("");
}

const two = (number: number) => String(number).padStart(2, "0");

/** A time as `ls -l` shows it: hours for recent ones, the year for others. */
export function timeText(milliseconds: number, now: number): string {
  const time = new Date(milliseconds);
  const day = `${months[time.getUTCMonth()]} ${String(time.getUTCDate()).padStart(2)}`;
  const isRecent = milliseconds <= now && now - milliseconds < halfYearMs;
  const detail = isRecent
    ? `${two(time.getUTCHours())}:${two(time.getUTCMinutes())}`
    : ` ${time.getUTCFullYear()}`;
  return `${day} ${detail}`;
}

/** A new mode from an octal number or symbols (`u+x,go-w`); undefined where it is neither. */
export function changedMode(old: number, text: string, isFolder: boolean): number | undefined {
  if (/^[0-7]{1,4}$/.test(text)) {
    return Number.parseInt(text, 8);
  }
  let mode = old;
  for (const clause of text.split(",")) {
    const [, who = "", actions] = /^([ugoa]*)((?:[-+=][rwxXst]*)+)$/.exec(clause) ?? [];
    if (actions === undefined) {
      return undefined;
    }
    for (const [, operator = "", letters = ""] of actions.matchAll(/([-+=])([rwxXst]*)/g)) {
      const bits = bitsOf(who, letters, isFolder || (mode & 0o111) !== 0);
      const all = bitsOf(who, "rwx", true);
      mode = operator === "+" ? mode | bits : operator === "-" ? mode & ~bits : (mode & ~all) | bits;
    }
  }
  return mode;
}

function bitsOf(who: string, letters: string, mayRun: boolean): number {
  const targets = who === "" || who.includes("a") ? "ugo" : who;
  const values: Readonly<Record<string, number>> = { r: 4, w: 2, x: 1, X: mayRun ? 1 : 0 };
  const bits = [...letters].reduce((sum, letter) => sum | (values[letter] ?? 0), 0);
  const shifts: Readonly<Record<string, number>> = { u: 6, g: 3, o: 0 };
  const plain = [...targets].reduce((sum, target) => sum | (bits << (shifts[target] ?? 0)), 0);
  const special = (letters.includes("s") ? 0o6000 : 0) | (letters.includes("t") ? 0o1000 : 0);
  return plain | special;
}
