import { createHash } from "node:crypto";
import { closeSync, existsSync, ftruncateSync, readFileSync, writeSync } from "node:fs";
import type { KubernetesObject } from "../../common/kubernetes/objects.ts";

export interface JournalRecord {
  readonly revision: number;
  readonly groupResource: string;
  readonly deleted?: true;
  readonly object: KubernetesObject;
}

export interface ReadLines {
  readonly records: readonly JournalRecord[];
  /** The whole lines, as they stand in the file. */
  readonly good: Buffer;
  /** Bytes after the last whole line: a write that was cut off. */
  readonly tornBytes: number;
  /** Lines that are not as they were written, with whole ones after them: no kill does this. */
  readonly damagedLines: number;
}

/** A line of the file: the text's checksum and the text. */
export function lineOf(json: string): string {
  return `${checksum(json)} ${json}\n`;
}

/** Reads a file of lines; one that is not there is empty. Throws when it cannot be read. */
export function readLines(path: string): ReadLines {
  const contents = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  const records: JournalRecord[] = [];
  const good: Buffer[] = [];
  let goodUpTo = 0;
  let damagedLines = 0;
  let damagedSinceGood = 0;
  for (
    let start = 0, end = contents.indexOf(10);
    end >= 0;
    start = end + 1, end = contents.indexOf(10, start)
  ) {
    const json = checkedJson(contents.subarray(start, end).toString("utf8"));
    if (json === undefined) {
      damagedSinceGood += 1;
      continue;
    }
    records.push(JSON.parse(json) as JournalRecord);
    good.push(contents.subarray(start, end + 1));
    goodUpTo = end + 1;
    damagedLines += damagedSinceGood;
    damagedSinceGood = 0;
  }
  return { records, good: Buffer.concat(good), tornBytes: contents.length - goodUpTo, damagedLines };
}

/**
 * Appends all of `text` to a file that has `length` bytes. Throws when not all of it can be written, after which the file is as
 * long as before: a part of a line would spoil what is appended later.
 */
export function appendAll(file: number, text: string, length: number): number {
  const bytes = Buffer.from(text, "utf8");
  try {
    for (let written = 0; written < bytes.length; ) {
      written += writeSync(file, bytes, written);
    }
  } catch (error) {
    ftruncateSync(file, length);
    throw error;
  }
  return length + bytes.length;
}

/** Closes a file of which nothing is expected any more. */
export function closeQuietly(file: number): void {
  try {
    closeSync(file);
  } catch {
    // what was to be written was told before
  }
}

function checksum(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

function checkedJson(line: string): string | undefined {
  const json = line.slice(17);
  return line[16] === " " && checksum(json) === line.slice(0, 16) ? json : undefined;
}
