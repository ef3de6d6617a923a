import { closeSync, openSync, writeSync } from "node:fs";
import { crc32c } from "./crc32c.ts";

/*
 * The control file (PostgreSQL's src/include/catalog/pg_control.h, ControlFileData): the first field is
 * the system identifier, the last one the checksum of everything before it.
 */

const checkPointOffset = 32;
const longestControlData = 512;

export function systemIdentifier(controlFile: Buffer): bigint {
  return controlFile.readBigUInt64LE(0);
}

/** Position in the log of the last checkpoint. */
export function checkPointPosition(controlFile: Buffer): bigint {
  return controlFile.readBigUInt64LE(checkPointOffset);
}

/** Where the checksum is: the place whose four bytes are the checksum of all before. Throws when there is none. */
export function checksumOffset(controlFile: Buffer): number {
  for (let offset = checkPointOffset; offset < longestControlData; offset += 4) {
    if (controlFile.readUInt32LE(offset) === crc32c(controlFile.subarray(0, offset))) {
      return offset;
    }
  }
  throw new Error("the control file has no valid checksum");
}

/** The control file with another system identifier and the checksum that belongs to it. */
export function withSystemIdentifier(controlFile: Buffer, identifier: bigint): Buffer {
  const offset = checksumOffset(controlFile);
  const copy = Buffer.from(controlFile);
  copy.writeBigUInt64LE(identifier, 0);
  copy.writeUInt32LE(crc32c(copy.subarray(0, offset)), offset);
  return copy;
}

/** Gives a log segment on disk another system identifier: its first page carries one (XLogLongPageHeaderData). */
export function markSegment(path: string, identifier: bigint): void {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(identifier, 0);
  const file = openSync(path, "r+");
  try {
    writeSync(file, bytes, 0, bytes.length, 24);
  } finally {
    closeSync(file);
  }
}

/** A fresh identifier as initdb makes it: seconds in the upper half, microseconds and chance below. */
export function newSystemIdentifier(nowMs: number, randomBits: number): bigint {
  const seconds = BigInt(Math.floor(nowMs / 1000));
  const microseconds = BigInt(Math.floor((nowMs % 1000) * 1000));
  return (seconds << 32n) | (microseconds << 12n) | BigInt(randomBits & 0xfff);
}
