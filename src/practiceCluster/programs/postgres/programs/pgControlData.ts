import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Program } from "../../program.ts";
import { checkPointPosition, systemIdentifier } from "../engine/controlFile.ts";
import { folderOnDisk } from "../server/dataFolders.ts";

const states = [
  "starting up",
  "shut down",
  "shut down in recovery",
  "shutting down",
  "in crash recovery",
  "in archive recovery",
  "in production",
];

/** `pg_controldata [FOLDER]`: what the control file says, as far as it is read here. */
export const pgControlDataProgram: Program = async (context) => {
  const operands = context.argv.slice(1).filter((argument) => !argument.startsWith("-"));
  const path = operands[0] ?? context.environment.PGDATA ?? "";
  try {
    const control = readFileSync(join(folderOnDisk(context.files, path), "global", "pg_control"));
    context.stdout.write(controlText(control));
    return 0;
  } catch {
    const file = `${path}/global/pg_control`;
    context.stderr.write(
      `pg_controldata: error: could not open file "${file}" for reading: No such file or directory\n`,
    );
    return 1;
  }
};

function controlText(control: Buffer): string {
  const position = checkPointPosition(control);
  const location = `${(position >> 32n).toString(16).toUpperCase()}/${(position & 0xffffffffn).toString(16).toUpperCase()}`;
  const rows = {
    "pg_control version number": String(control.readUInt32LE(8)),
    "Catalog version number": String(control.readUInt32LE(12)),
    "Database system identifier": String(systemIdentifier(control)),
    "Database cluster state": states[control.readUInt32LE(16)] ?? "unrecognized status code",
    "pg_control last modified": new Date(Number(control.readBigInt64LE(24)) * 1000).toUTCString(),
    "Latest checkpoint location": location,
  };
  return Object.entries(rows)
    .map(([name, value]) => `${`${name}:`.padEnd(38)}${value}\n`)
    .join("");
}
