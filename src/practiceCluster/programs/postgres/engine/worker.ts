import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";
import type { WorkerReply, WorkerRequest, WorkerStart } from "./messages.ts";
import { createDataFolder, majorOf } from "./template.ts";
import { showVersion } from "./versionPatch.ts";

/** The folder on disk, in an engine that says the image's version. */
class VersionedFolder extends NodeFS {
  readonly #version: string;

  constructor(folder: string, version: string) {
    super(folder);
    this.#version = version;
  }

  override async initialSyncFs(): Promise<void> {
    await super.initialSyncFs();
    const engine = this.pg?.Module;
    if (!engine) {
      throw new Error("the engine has no memory yet");
    }
    showVersion(engine.HEAPU8, this.#version);
  }
}

/** Databases made while the engine ran carry the engine's own major: they get the image's, as they are checked against it. */
function markDatabases(folder: string, version: string): void {
  const mark = `${majorOf(version)}\n`;
  for (const name of readdirSync(join(folder, "base"))) {
    const file = join(folder, "base", name, "PG_VERSION");
    if (existsSync(file) && readFileSync(file, "utf8") !== mark) {
      writeFileSync(file, mark);
    }
  }
}

/** The shared files in a buffer of this thread: the engine takes no shared one. */
function ownCopy(shared: SharedArrayBuffer): ArrayBuffer {
  const copy = new ArrayBuffer(shared.byteLength);
  new Uint8Array(copy).set(new Uint8Array(shared));
  return copy;
}

const start = workerData as WorkerStart;
const port = parentPort;
if (!port) {
  throw new Error("this file runs as a worker thread only");
}
const reply = (message: WorkerReply, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

async function open(): Promise<PGlite> {
  if (start.create) {
    await createDataFolder(start.folder, start.create.template, start.version, start.create.nowMs);
  }
  markDatabases(start.folder, start.version);
  const files = Object.assign(new Blob([]), { arrayBuffer: async () => ownCopy(start.files) });
  return await PGlite.create({
    fs: new VersionedFolder(start.folder, start.version),
    database: start.database,
    pgliteWasmModule: start.module,
    // never run, and so not read from disk either: data folders come from the template
    initdbWasmModule: start.module,
    fsBundle: files,
    startParams: ["--single", "-F", "-O", "-j", ...start.options.flatMap((option) => ["-c", option])],
  });
}

async function serve(engine: PGlite, request: WorkerRequest): Promise<void> {
  if (request.kind === "close") {
    await engine.close();
    reply({ kind: "closed", id: request.id });
    port?.close();
    return;
  }
  const chunks: Uint8Array[] = [];
  await engine.execProtocolRawStream(request.messages, {
    syncToFs: false,
    onRawData: (bytes) => chunks.push(bytes.slice()),
  });
  const answer = new Uint8Array(Buffer.concat(chunks));
  reply({ kind: "answer", id: request.id, messages: answer }, [answer.buffer]);
}

const messageOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));

open().then(
  (engine) => {
    port.on("message", (request: WorkerRequest) => {
      serve(engine, request).catch((cause) =>
        reply({ kind: "failed", id: request.id, message: messageOf(cause) }),
      );
    });
    reply({ kind: "ready" });
  },
  (cause) => reply({ kind: "failed", message: messageOf(cause) }),
);
