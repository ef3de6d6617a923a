import type { Duplex, Readable, Writable } from "node:stream";
import type { Clock } from "../../common/clock.ts";
import type { ContainerFileSystem } from "./fileSystem.ts";

export type SignalName = "SIGTERM" | "SIGKILL" | "SIGINT" | "SIGHUP" | "SIGQUIT" | "SIGUSR1" | "SIGUSR2";

/** The network as a container sees it: its Pod's address, the cluster's DNS, cluster IPs. */
export interface ContainerNetwork {
  /** The Pod's own IP. */
  readonly address: string;
  /** Accepts connections to a port of the Pod's address (and of 127.0.0.1 in the Pod); tells the other end's address (127.0.0.1 from inside the Pod). Throws EADDRINUSE. */
  listen(port: number, onConnection: (connection: Duplex, peerAddress?: string) => void): { close(): void };
  /** Connects to an IP (a Pod's, a cluster IP, 127.0.0.1) or resolves a name first. Errors carry a code: ECONNREFUSED, ENOTFOUND, ETIMEDOUT, EHOSTUNREACH. */
  connect(host: string, port: number, signal?: AbortSignal): Promise<Duplex>;
  /** As the C library's resolver: search list and ndots of resolv.conf. Empty when there is no such name. */
  resolve(name: string): Promise<readonly string[]>;
  /** One query as asked, no search list: what nslookup and dig do. */
  query(fullyQualifiedName: string, type: "A" | "AAAA" | "SRV" | "PTR"): Promise<DnsAnswer>;
  /** Whether an ICMP echo to that IP is answered. */
  ping(address: string): Promise<boolean>;
}

export interface DnsAnswer {
  readonly code: "NOERROR" | "NXDOMAIN" | "SERVFAIL";
  readonly records: readonly { readonly name: string; readonly type: string; readonly data: string }[];
}

/** Memory that the container's programs claim to use, accounted against its limit (never measured). */
export interface MemoryAccount {
  /** Sets the bytes that this process uses; above the container's limit the process is killed with SIGKILL (exit 137). */
  use(bytes: number): void;
}

export interface SpawnOptions {
  readonly argv: readonly string[];
  /** The whole environment of the process; without it, its parent's. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly directory?: string;
  readonly stdin?: Readable;
  readonly stdout?: Writable;
  readonly stderr?: Writable;
  /** Puts the process into a group of its own, so that the terminal's signals don't reach it. */
  readonly ownGroup?: boolean;
}

/** A running program inside a container. */
export interface RunningProcess {
  readonly pid: number;
  readonly parentPid: number;
  /** Process group: its first process's pid. */
  readonly group: number;
  readonly argv: readonly string[];
  readonly startedAt: number;
  /** Resolves with the exit code; 128 + n when a signal ended it. Never rejects. */
  readonly exited: Promise<number>;
  /** The signal that ended it, when it is over and one did. */
  readonly endedBy: SignalName | undefined;
  signal(name: SignalName): void;
}

/** The terminal of an interactive session: it edits lines, echoes and makes signals of keys, unless it is raw. */
export interface Terminal {
  /** Raw: every byte goes to the reader as it is, nothing is echoed. */
  setRaw(isRaw: boolean): void;
  /** The process group that Ctrl-C and Ctrl-\\ signal. */
  foreground: number;
  readonly columns: number;
}

/** What a program is given when it runs: its POSIX surroundings, all of them the container's. */
export interface ProcessContext {
  readonly pid: number;
  readonly parentPid: number;
  readonly argv: readonly string[];
  readonly environment: Record<string, string>;
  /** Absolute path of the working directory. */
  directory: string;
  readonly hostname: string;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Whether stdin and stdout are a terminal. */
  readonly tty: boolean;
  /** The session's terminal, where there is one. */
  readonly terminal: Terminal | undefined;
  readonly files: ContainerFileSystem;
  readonly network: ContainerNetwork;
  readonly memory: MemoryAccount;
  readonly clock: Clock;
  /** Aborted when the process must end at once (SIGKILL, container gone). */
  readonly killed: AbortSignal;
  /** Handles a signal instead of its default action; returns a function that restores the default. */
  onSignal(name: SignalName, handler: () => void): () => void;
  /** Starts a program of the image by path or by name on PATH. Throws CommandNotFound or PermissionDenied. */
  spawn(options: SpawnOptions): RunningProcess;
  /** Starts another process that runs `program`, as a shell's fork does. */
  fork(program: Program, options: SpawnOptions): RunningProcess;
  /** Becomes another program (execve): same pid, default signal actions. Resolves with its exit code. Throws as spawn does. */
  replace(options: SpawnOptions): Promise<number>;
  /** The container's processes by pid, for ps and kill. */
  readonly processes: ReadonlyMap<number, RunningProcess>;
}

/** A program: reads its context, returns its exit code. What it throws is written to stderr as a fault of ours, exit 70. */
export type Program = (context: ProcessContext) => Promise<number>;

/** A container image that the practice cluster has. */
export interface Image {
  /** Repository without registry and tag: "postgres". */
  readonly repository: string;
  /** Exact version by tag: { "15": "15.19", "15.18": "15.18" }; unknown tags are not found. */
  readonly tags: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly environment: (version: string) => Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly user?: number;
  /** Size in bytes as `Successfully pulled image` names it. */
  readonly sizeBytes: number;
  readonly stopSignal?: SignalName;
  /** Absolute path → program: "/bin/sh", "/usr/bin/psql". */
  readonly programs: (version: string) => Readonly<Record<string, Program>>;
  /** Files of the image: absolute path → contents; a path that ends in "/" is an empty folder. */
  readonly files: (version: string) => Readonly<Record<string, string>>;
  /** Symbolic links: absolute path → target. */
  readonly links?: Readonly<Record<string, string>>;
}
