import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import { type EngineAssets, engineAssets } from "./assets.ts";
import type { WorkerReply, WorkerRequest, WorkerStart } from "./messages.ts";

type UnsentRequest = { readonly kind: "execute"; readonly messages: Uint8Array } | { readonly kind: "close" };

export interface EngineOptions {
  readonly folder: string;
  readonly database: string;
  readonly version: string;
  readonly options?: readonly string[];
  /** Makes a new data folder first, as of this time. */
  readonly createAt?: number;
}

interface Waiting {
  resolve(messages: Uint8Array): void;
  reject(cause: Error): void;
}

/** What all engines of the process share: compiled once, some ten megabytes each otherwise. */
interface SharedCode {
  readonly module: WebAssembly.Module;
  readonly files: SharedArrayBuffer;
}

let sharedCode: Promise<SharedCode> | undefined;

function loadSharedCode(assets: EngineAssets): Promise<SharedCode> {
  sharedCode ??= readSharedCode(assets);
  return sharedCode;
}

async function readSharedCode(assets: EngineAssets): Promise<SharedCode> {
  // the optimising compiler takes 60 MB while it works, and a practice database never needs its speed
  setFlagsFromString("--liftoff-only");
  const bytes = readFileSync(assets.data);
  const files = new SharedArrayBuffer(bytes.length);
  new Uint8Array(files).set(bytes);
  return { module: await WebAssembly.compile(readFileSync(assets.wasm)), files };
}

/** Settings that keep an engine small; each may be overridden by the server's own options. */
const smallSettings = [
  "shared_buffers=2MB",
  "max_connections=20",
  "exit_on_error=false",
  "max_worker_processes=0",
  "max_parallel_workers=0",
  "max_parallel_workers_per_gather=0",
  "max_parallel_maintenance_workers=0",
  "io_method=sync",
  "log_checkpoints=false",
];

/** One running SQL engine: a data folder opened for one database, in a worker thread. Serves one request after another. */
export class Engine {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #failure: Error | undefined;
  readonly database: string;

  private constructor(worker: Worker, database: string) {
    this.#worker = worker;
    this.database = database;
  }

  /** Opens the folder. Rejects with the engine's words when it cannot. */
  static async open({ folder, database, version, options = [], createAt }: EngineOptions): Promise<Engine> {
    const assets = engineAssets();
    const shared = await loadSharedCode(assets);
    const workerData: WorkerStart = {
      ...shared,
      folder,
      database,
      version,
      options: [...smallSettings, ...options],
      ...(createAt === undefined ? {} : { create: { template: assets.template, nowMs: createAt } }),
    };
    const worker = new Worker(assets.worker, {
      workerData,
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
      stdout: true,
      stderr: true,
    });
    const engine = new Engine(worker, database);
    await engine.#started();
    return engine;
  }

  /** Runs protocol messages (each batch ends with Query or Sync) and returns what the server would send. */
  execute(messages: Uint8Array): Promise<Uint8Array> {
    return this.#request({ kind: "execute", messages });
  }

  /** Closes the folder in order, as a server that is shut down. */
  async close(): Promise<void> {
    await this.#request({ kind: "close" });
    await this.#worker.terminate();
  }

  /** Ends the thread at once; the next start recovers from the log. */
  async kill(): Promise<void> {
    this.#fail(new Error("the engine was ended"));
    await this.#worker.terminate();
  }

  #started(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(0, { resolve: () => resolve(), reject });
      this.#worker.on("message", (reply: WorkerReply) => this.#receive(reply));
      this.#worker.on("error", (cause: Error) => this.#fail(cause));
      this.#worker.on("exit", () => this.#fail(new Error("the engine has ended")));
    });
  }

  #request(request: UnsentRequest): Promise<Uint8Array> {
    if (this.#failure) {
      return Promise.reject(this.#failure);
    }
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ ...request, id } satisfies WorkerRequest);
    });
  }

  #receive(reply: WorkerReply): void {
    const id = "id" in reply ? (reply.id ?? 0) : 0;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (reply.kind === "failed") {
      waiting?.reject(new Error(reply.message));
    } else {
      waiting?.resolve(reply.kind === "answer" ? reply.messages : new Uint8Array());
    }
  }

  #fail(cause: Error): void {
    this.#failure ??= cause;
    for (const { reject } of this.#waiting.values()) {
      reject(cause);
    }
    this.#waiting.clear();
  }
}
