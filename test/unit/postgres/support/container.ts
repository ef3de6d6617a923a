import * as fs from "node:fs";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Duplex, Readable, Writable } from "node:stream";
import { systemClock } from "../../../../src/common/clock.ts";
import type { ContainerFileSystem, FileStatus } from "../../../../src/practiceCluster/programs/fileSystem.ts";
import { postgresImage } from "../../../../src/practiceCluster/programs/postgres/image.ts";
import { streamPair } from "../../../../src/practiceCluster/programs/postgres/server/sockets.ts";
import { ContainerProcesses } from "../../../../src/practiceCluster/programs/processes.ts";
import type {
  ContainerNetwork,
  Program,
  RunningProcess,
  SpawnOptions,
} from "../../../../src/practiceCluster/programs/program.ts";

type Accept = (connection: Duplex, peerAddress?: string) => void;

const codeError = (code: string) => Object.assign(new Error(code), { code });

/** A network of containers by name and address. */
export class TestNetwork {
  readonly #listeners = new Map<string, Accept>();
  readonly #names = new Map<string, string>();
  #next = 2;

  join(name: string): ContainerNetwork {
    const address = `10.244.0.${this.#next++}`;
    this.#names.set(name, address);
    const key = (host: string, port: number) => `${host === "127.0.0.1" ? address : host}:${port}`;
    return {
      address,
      listen: (port, accept) => {
        this.#listeners.set(key(address, port), accept);
        return { close: () => void this.#listeners.delete(key(address, port)) };
      },
      connect: async (host, port) => {
        const accept = this.#listeners.get(key(host, port));
        if (!accept) {
          throw codeError("ECONNREFUSED");
        }
        const [client, server] = streamPair();
        accept(server, host === "127.0.0.1" ? host : address);
        return client;
      },
      resolve: async (wanted) => {
        const found = this.#names.get(wanted);
        return found === undefined ? [] : [found];
      },
      query: async () => ({ code: "NXDOMAIN", records: [] }),
      ping: async () => true,
    };
  }
}

/** A container's files as a folder on disk; only what is below `volume` has a host path. */
function filesIn(root: string, volume: string | undefined): ContainerFileSystem {
  const at = (path: string) => join(root, path);
  return {
    status: (path) => {
      const found = fs.statSync(at(path));
      const status: FileStatus = {
        type: found.isDirectory() ? "directory" : "file",
        size: found.size,
        mode: found.mode & 0o777,
        uid: 0,
        gid: 0,
        modifiedAt: found.mtimeMs,
      };
      return status;
    },
    exists: (path) => fs.existsSync(at(path)),
    read: (path) => fs.readFileSync(at(path)),
    write: (path, contents, options) => {
      fs.mkdirSync(dirname(at(path)), { recursive: true });
      fs.writeFileSync(at(path), contents, { flag: options?.append ? "a" : "w" });
    },
    list: (path) => fs.readdirSync(at(path)),
    makeDirectory: (path) => void fs.mkdirSync(at(path), { recursive: true }),
    remove: (path) => fs.rmSync(at(path), { recursive: true, force: true }),
    rename: (from, to) => fs.renameSync(at(from), at(to)),
    link: () => undefined,
    readLink: () => "",
    changeMode: (path, mode) => fs.chmodSync(at(path), mode),
    changeOwner: () => undefined,
    touch: () => undefined,
    hostPath: (path) => (volume !== undefined && path.startsWith(volume) ? at(path) : undefined),
    mountOf: () => ({ mountPoint: "/", kind: "overlay", readOnly: false }),
  };
}

export interface TestContainerOptions {
  readonly network?: TestNetwork;
  readonly name?: string;
  readonly version?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Folder to use again, as a claim that outlives its Pod. */
  readonly root?: string;
  readonly volume?: string | undefined;
  /** Programs beside the image's own. */
  readonly programs?: Readonly<Record<string, Program>>;
}

export interface Finished {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** One container of the postgres image, without a kubelet. */
export class TestContainer {
  readonly root: string;
  readonly files: ContainerFileSystem;
  readonly network: ContainerNetwork;
  readonly version: string;
  readonly #environment: Record<string, string>;
  readonly #processes: ContainerProcesses;

  constructor(options: TestContainerOptions = {}) {
    this.version = options.version ?? "15.19";
    this.root = options.root ?? mkdtempSync(join(tmpdir(), "postgres-test-"));
    const volume = "volume" in options ? options.volume : "/var/lib/postgresql/data";
    this.files = filesIn(this.root, volume);
    this.network = (options.network ?? new TestNetwork()).join(options.name ?? "pod");
    this.#environment = { ...postgresImage.environment(this.version), ...options.environment };
    this.#processes = new ContainerProcesses({
      programs: { ...postgresImage.programs(this.version), ...options.programs },
      environment: this.#environment,
      hostname: "pod",
      directory: "/",
      files: this.files,
      network: this.network,
      clock: systemClock,
      memoryLimitBytes: undefined,
      onOutOfMemory: () => undefined,
    });
  }

  /** Starts a program and collects what it writes. */
  start(argv: readonly string[], input = "", environment: Record<string, string> = {}) {
    let [out, err] = ["", ""];
    let heard: (() => void) | undefined;
    const collect = (add: (text: string) => void) =>
      new Writable({
        write: (chunk: Buffer, _encoding, done) => {
          add(chunk.toString());
          heard?.();
          done();
        },
      });
    const stdout = collect((text) => {
      out += text;
    });
    const stderr = collect((text) => {
      err += text;
    });
    const process = this.spawn({
      argv,
      stdin: Readable.from(input === "" ? [] : [Buffer.from(input)]),
      stdout,
      stderr,
      environment: { ...this.#environment, ...environment },
    });
    const finished = process.exited.then((code): Finished => ({ code, out, err }));
    /** Resolves when stderr holds `pattern`. Rejects when the program ends before. */
    const says = async (pattern: RegExp): Promise<void> => {
      while (!pattern.test(err)) {
        const waiting = new Promise<string>((resolve) => {
          heard = () => resolve("heard");
        });
        if ((await Promise.race([waiting, finished.then(() => "ended")])) === "ended" && !pattern.test(err)) {
          throw new Error(`ended without saying ${pattern}: ${out}\n${err}`);
        }
      }
    };
    return { process, finished, says, soFar: () => ({ out, err }) };
  }

  run(argv: readonly string[], input = "", environment: Record<string, string> = {}): Promise<Finished> {
    return this.start(argv, input, environment).finished;
  }

  /** Starts the server as the image does and waits until it accepts connections for good. */
  async boot(...more: string[]) {
    const server = this.start(["docker-entrypoint.sh", "postgres", ...more]);
    await server.says(/listening on IPv4[\s\S]*ready to accept connections/);
    return server;
  }

  psql(...argv: string[]): Promise<Finished> {
    return this.run(["psql", "-U", "postgres", ...argv]);
  }

  spawn(options: SpawnOptions): RunningProcess {
    return this.#processes.start(options);
  }

  /** Ends every process at once, as a container's end does. */
  kill(): void {
    this.#processes.killAll();
  }

  remove(): void {
    this.kill();
    rmSync(this.root, { recursive: true, force: true });
  }
}
