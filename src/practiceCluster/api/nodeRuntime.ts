import type { Duplex, Readable, Writable } from "node:stream";

/** The streams of one exec or attach; those that the caller did not ask for are undefined. */
export interface ContainerStreams {
  readonly stdin?: Readable | undefined;
  readonly stdout?: Writable | undefined;
  readonly stderr?: Writable | undefined;
  readonly tty: boolean;
  /** Terminal sizes as they change, when tty. */
  readonly resize?: AsyncIterable<{ width: number; height: number }> | undefined;
}

export interface ContainerAddress {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export interface LogOptions {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines?: number | undefined;
  readonly sinceSeconds?: number | undefined;
  readonly sinceTime?: string | undefined;
  readonly limitBytes?: number | undefined;
}

/**
 * What the API server asks of a node's kubelet, behind pods/exec, attach, log and portforward.
 * Every method throws ApiError with the kubelet's own text where it refuses.
 */
export interface NodeRuntime {
  /** Runs `command` in a running container. Resolves with its exit code. */
  exec(
    address: ContainerAddress,
    command: readonly string[],
    streams: ContainerStreams,
    signal: AbortSignal,
  ): Promise<number>;
  /** Joins the container's first process. Resolves when it ends or the signal is aborted. */
  attach(address: ContainerAddress, streams: ContainerStreams, signal: AbortSignal): Promise<void>;
  /** Writes log lines to `sink`; with `follow`, until the container ends or the signal is aborted. */
  logs(address: ContainerAddress, options: LogOptions, sink: Writable, signal: AbortSignal): Promise<void>;
  /** Opens a connection to a port inside the Pod's network. Throws when nothing listens there. */
  connect(namespace: string, pod: string, port: number): Promise<Duplex>;
}
