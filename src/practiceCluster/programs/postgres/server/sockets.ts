import { Duplex } from "node:stream";
import type { ContainerFileSystem } from "../../fileSystem.ts";

type Accept = (connection: Duplex) => void;

const socketsOf = new WeakMap<ContainerFileSystem, Map<string, Accept>>();

/** Path of the socket of a server on `port`, in `folder`. */
export const socketPath = (folder: string, port: number) => `${folder}/.s.PGSQL.${port}`;

/** Accepts connections to a socket file of one container. */
export function listenOnSocket(files: ContainerFileSystem, path: string, accept: Accept): { close(): void } {
  const sockets = socketsOf.get(files) ?? new Map<string, Accept>();
  socketsOf.set(files, sockets);
  sockets.set(path, accept);
  return { close: () => void (sockets.get(path) === accept && sockets.delete(path)) };
}

/** Connects to a socket file of the same container. Throws ENOENT when nobody listens there. */
export function connectToSocket(files: ContainerFileSystem, path: string): Duplex {
  const accept = socketsOf.get(files)?.get(path);
  if (!accept) {
    throw Object.assign(new Error(`connect ENOENT ${path}`), { code: "ENOENT" });
  }
  const [client, server] = streamPair();
  accept(server);
  return client;
}

class Half extends Duplex {
  #other: Half | undefined;
  #resume: (() => void) | undefined;

  join(other: Half): void {
    this.#other = other;
  }

  override _read(): void {
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#other?.accept(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#other?.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (this.#other && !this.#other.destroyed) {
      this.#other.push(null);
    }
    done(error);
  }

  accept(chunk: Buffer, done: () => void): void {
    if (this.destroyed || this.push(chunk)) {
      done();
    } else {
      this.#resume = done;
    }
  }
}

/** Two ends of one connection inside the process. */
export function streamPair(): [Duplex, Duplex] {
  const [left, right] = [new Half(), new Half()];
  left.join(right);
  right.join(left);
  return [left, right];
}
