import type { Duplex } from "node:stream";
import type { Clock } from "../../common/clock.ts";
import { duplexPair } from "./duplexPair.ts";

type Accept = (connection: Duplex, peerAddress?: string) => void;

const codedError = (code: string, message: string) => Object.assign(new Error(message), { code });

/** What a caller gets where nothing listens. */
export function refused(address: string, port: number): Error {
  return codedError("ECONNREFUSED", `dial tcp ${address}:${port}: connect: connection refused`);
}

/** How long Linux asks again where nobody answers (net.ipv4.tcp_syn_retries = 6). */
const unansweredMs = 127_000;

/** What a caller gets whose packets are dropped: nothing, until it or the kernel gives up. Rejects with ETIMEDOUT. */
export function unanswered(
  address: string,
  port: number,
  clock: Clock,
  signal?: AbortSignal,
): Promise<never> {
  return new Promise((_resolve, reject) => {
    const giveUp = () => {
      timer.cancel();
      signal?.removeEventListener("abort", giveUp);
      reject(codedError("ETIMEDOUT", `dial tcp ${address}:${port}: connect: connection timed out`));
    };
    const timer = clock.after(unansweredMs, giveUp);
    signal?.addEventListener("abort", giveUp);
    if (signal?.aborted) {
      giveUp();
    }
  });
}

/** The Pods' network: addresses and byte streams that exist only inside this process. */
export class PodNetwork {
  readonly #listeners = new Map<string, Accept>();
  readonly #taken = new Set<string>();
  #next = 2;

  /** A free address of a node's range 10.244.N.0/24; a range that is used up goes on in the next block. */
  takeAddress(nodeIndex: number): string {
    for (;;) {
      const number = this.#next++;
      const address = `10.${244 + Math.floor(number / 65_000)}.${(nodeIndex + Math.floor(number / 250)) % 256}.${2 + (number % 250)}`;
      if (!this.#taken.has(address)) {
        this.#taken.add(address);
        return address;
      }
    }
  }

  releaseAddress(address: string): void {
    this.#taken.delete(address);
    for (const key of this.#listeners.keys()) {
      if (key.startsWith(`${address}:`)) {
        this.#listeners.delete(key);
      }
    }
  }

  isTaken(address: string): boolean {
    return this.#taken.has(address);
  }

  /** Accepts connections to a port of an address. Throws EADDRINUSE. */
  listen(address: string, port: number, accept: Accept): { close(): void } {
    const key = `${address}:${port}`;
    if (this.#listeners.has(key)) {
      throw codedError("EADDRINUSE", `bind: address already in use: ${key}`);
    }
    this.#listeners.set(key, accept);
    return {
      close: () => {
        if (this.#listeners.get(key) === accept) {
          this.#listeners.delete(key);
        }
      },
    };
  }

  /**
   * Connects to a port of an address and tells the listener `from` which address (127.0.0.1 inside a Pod).
   * Throws ECONNREFUSED, or EHOSTUNREACH where nobody has the address.
   */
  async connect(address: string, port: number, from?: string): Promise<Duplex> {
    const accept = this.#listeners.get(`${address}:${port}`);
    if (!accept) {
      throw this.#taken.has(address)
        ? refused(address, port)
        : codedError("EHOSTUNREACH", `dial tcp ${address}:${port}: connect: no route to host`);
    }
    const [near, far] = duplexPair();
    accept(far, from);
    return near;
  }
}
