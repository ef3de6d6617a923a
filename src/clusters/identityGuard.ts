import type { Disposable } from "../common/disposable.ts";
import { type ClusterHealth, type ClusterIdentity, ClusterRequestError } from "./cluster.ts";
import type { Connection } from "./connection.ts";

/** How long a confirmed identity holds without another sign of life from the server. */
const confirmationHoldsMs = 5_000;

/**
 * Decides whether the address still belongs to the lesson cluster. The certificate authority is pinned by TLS;
 * the UID of kube-system is asked for at connect and after every break. Whoever sends anything asks here first.
 */
export class IdentityGuard implements Disposable {
  readonly #identity: ClusterIdentity;
  readonly #connection: Connection;
  readonly #now: () => number;
  readonly #listeners = new Set<(health: ClusterHealth) => void>();
  #health: ClusterHealth = { state: "unreachable", since: 0, detail: "not asked yet" };
  #confirmedAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;

  constructor(identity: ClusterIdentity, connection: Connection, now: () => number) {
    this.#identity = identity;
    this.#connection = connection;
    this.#now = now;
  }

  get health(): ClusterHealth {
    return this.#health;
  }

  onHealthChanged(listener: (health: ClusterHealth) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /** Resolves when the identity holds; throws ClusterRequestError "unreachable" or "otherCluster" when not. */
  async confirm(): Promise<void> {
    if (this.#health.state === "closed") {
      throw new ClusterRequestError("unreachable", "the connection to the lesson cluster was closed");
    }
    if (this.#health.state === "ready" && this.#now() - this.#confirmedAt < confirmationHoldsMs) {
      return;
    }
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    await this.#asking;
  }

  /** Something arrived from the pinned server: the confirmation goes on holding. */
  heard(): void {
    if (this.#health.state === "ready") {
      this.#confirmedAt = this.#now();
    }
  }

  /** The connection broke: the identity has to be confirmed anew before anything is sent. */
  lost(detail: string): void {
    this.#confirmedAt = Number.NEGATIVE_INFINITY;
    if (this.#health.state === "ready") {
      this.#setHealth({ state: "unreachable", since: this.#now(), detail });
    }
  }

  dispose(): void {
    this.#setHealth({ state: "closed" });
    this.#listeners.clear();
  }

  async #ask(): Promise<void> {
    let uid: string;
    try {
      uid = await readKubeSystemUid(this.#connection);
    } catch (error) {
      this.#unreachable(error);
      throw error;
    }
    if (uid !== this.#identity.kubeSystemUid) {
      const detail = `kube-system has UID ${uid}, the lesson cluster's is ${this.#identity.kubeSystemUid}`;
      this.#setHealth({ state: "otherCluster", detail });
      throw new ClusterRequestError("otherCluster", detail);
    }
    this.#confirmedAt = this.#now();
    this.#setHealth({ state: "ready" });
  }

  #unreachable(error: unknown): void {
    const detail = error instanceof Error ? error.message : String(error);
    const since = this.#health.state === "unreachable" ? this.#health.since : this.#now();
    this.#setHealth({ state: "unreachable", since: since || this.#now(), detail });
  }

  #setHealth(health: ClusterHealth): void {
    if (this.#health.state === "closed") {
      return;
    }
    const changed = this.#health.state !== health.state;
    this.#health = health;
    if (changed) {
      for (const listener of this.#listeners) {
        listener(health);
      }
    }
  }
}

/** The UID of the namespace kube-system. Throws ClusterRequestError. */
export async function readKubeSystemUid(connection: Connection): Promise<string> {
  const body = await connection.send("GET", "/api/v1/namespaces/kube-system", {
    timeLimitMs: 3_000,
    askedBy: "guard",
  });
  const metadata =
    typeof body === "object" && body !== null && !Array.isArray(body) ? body.metadata : undefined;
  const uid =
    typeof metadata === "object" && metadata !== null && !Array.isArray(metadata) ? metadata.uid : undefined;
  if (typeof uid !== "string") {
    throw new ClusterRequestError("unreachable", "the server's answer about kube-system has no UID");
  }
  return uid;
}
