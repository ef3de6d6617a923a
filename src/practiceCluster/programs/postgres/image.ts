import type { Image, Program } from "../program.ts";
import { pgDumpAllProgram, pgDumpProgram } from "./dump/programs.ts";
import { databaseProgram } from "./programs/databaseCommands.ts";
import { entrypointProgram } from "./programs/entrypoint.ts";
import { initdbProgram } from "./programs/initdb.ts";
import { pgControlDataProgram } from "./programs/pgControlData.ts";
import { pgIsReadyProgram } from "./programs/pgIsReady.ts";
import { postgresProgram } from "./programs/postgres.ts";
import { psqlProgram } from "./psql/psql.ts";

const programFolder = (version: string) => `/usr/lib/postgresql/${version.split(".")[0]}/bin`;

/** PostgreSQL's own programs by absolute path; the shell and the usual tools are added by the images' common layer. */
function postgresPrograms(version: string): Record<string, Program> {
  const tools: Record<string, Program> = {
    postgres: postgresProgram(version),
    initdb: initdbProgram(version),
    psql: psqlProgram(version),
    pg_isready: pgIsReadyProgram(version),
    pg_dump: pgDumpProgram(version),
    pg_dumpall: pgDumpAllProgram(version),
    pg_controldata: pgControlDataProgram,
    createdb: databaseProgram("createdb"),
    dropdb: databaseProgram("dropdb"),
  };
  const paths: [string, Program][] = [["/usr/local/bin/docker-entrypoint.sh", entrypointProgram(version)]];
  for (const [name, program] of Object.entries(tools)) {
    paths.push([`${programFolder(version)}/${name}`, program], [`/usr/bin/${name}`, program]);
  }
  return Object.fromEntries(paths);
}

/** The `postgres` image: the well-known one's programs and settings, with PGlite as the engine. */
export const postgresImage: Image = {
  repository: "postgres",
  tags: {
    "15": "15.19",
    "15.18": "15.18",
    "15.19": "15.19",
    "16": "16.15",
    "16.15": "16.15",
    "17": "17.11",
    "17.11": "17.11",
  },
  entrypoint: ["docker-entrypoint.sh"],
  command: ["postgres"],
  environment: (version) => ({
    PATH: `/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:${programFolder(version)}`,
    LANG: "en_US.utf8",
    PG_MAJOR: version.split(".")[0] ?? version,
    PG_VERSION: version,
    PGDATA: "/var/lib/postgresql/data",
  }),
  workingDirectory: "/",
  sizeBytes: 157_000_000,
  stopSignal: "SIGINT",
  programs: postgresPrograms,
  files: () => ({
    "/docker-entrypoint-initdb.d/": "",
    "/var/lib/postgresql/data/": "",
    "/var/run/postgresql/": "",
    "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\npostgres:x:999:999::/var/lib/postgresql:/bin/bash\n",
    "/etc/group": "root:x:0:\npostgres:x:999:\n",
  }),
};
