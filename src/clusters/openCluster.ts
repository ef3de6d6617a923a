import { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import { Watch } from "@kubernetes/client-node/dist/watch.js";
import * as v from "valibot";
import { type Clock, systemClock } from "../common/clock.ts";
import type { Disposable } from "../common/disposable.ts";
import type { SentLog } from "../common/sentLog.ts";
import { createKubectl } from "../kubectl/createKubectl.ts";
import type { Kubectl, KubectlLookup } from "../kubectl/kubectl.ts";
import type {
  ClusterClient,
  ClusterHealth,
  ClusterIdentity,
  ClusterKind,
  LessonCluster,
  WatchHub,
} from "./cluster.ts";
import { ClusterRequestError } from "./cluster.ts";
import { Connection } from "./connection.ts";
import { HealthWatch } from "./healthWatch.ts";
import { IdentityGuard, readKubeSystemUid } from "./identityGuard.ts";
import {
  certificateFingerprint,
  keepToOwner,
  readLessonKubeconfig,
  setDefaultNamespace,
} from "./kubeconfigFile.ts";
import { SharedWatchHub } from "./watchHub.ts";

export interface OpenClusterOptions {
  readonly kind: ClusterKind;
  readonly name: string;
  readonly kubeconfigPath: string;
  readonly identity: ClusterIdentity;
  readonly lookupKubectl: () => Promise<KubectlLookup>;
  /** Stands for HOME of every kubectl run. */
  readonly homeFolder: string;
  readonly searchPath: string;
  readonly clock?: Clock;
  readonly sent?: SentLog | undefined;
  /** See LessonCluster. */
  readonly startNodes?: (signal?: AbortSignal) => Promise<void>;
}

const versionSchema = v.object({ gitVersion: v.string() });

/** A lesson cluster whose provider can say that it came back at another address. */
export interface MovableCluster extends LessonCluster {
  /** Reads the address from the kubeconfig again. Throws when the file names another authority. */
  readAddressAgain(): Promise<void>;
}

/**
 * Connects to a cluster that was made earlier, binding everything to its identity.
 * Throws ClusterRequestError when it does not answer or is another cluster.
 */
export async function openCluster(options: OpenClusterOptions): Promise<MovableCluster> {
  const clock = options.clock ?? systemClock;
  const kubeconfig = await readLessonKubeconfig(options.kubeconfigPath);
  await keepToOwner(options.kubeconfigPath);
  const fingerprint = certificateFingerprint(kubeconfig.certificateAuthority);
  if (fingerprint !== options.identity.certificateAuthority) {
    throw new ClusterRequestError("otherCluster", "the kubeconfig names another certificate authority");
  }
  const connection = new Connection(kubeconfig, options.sent);
  const guard = new IdentityGuard(options.identity, connection, () => clock.now());
  try {
    await guard.confirm();
    const { gitVersion } = v.parse(
      versionSchema,
      await connection.send("GET", "/version", { askedBy: "connect" }),
    );
    return new OpenedCluster(options, clock, connection, guard, gitVersion);
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** The identity of the cluster that a kubeconfig just written by us names: to be written down when it is made. */
export async function readIdentity(kubeconfigPath: string): Promise<ClusterIdentity> {
  const kubeconfig = await readLessonKubeconfig(kubeconfigPath);
  const connection = new Connection(kubeconfig);
  try {
    return {
      certificateAuthority: certificateFingerprint(kubeconfig.certificateAuthority),
      kubeSystemUid: await readKubeSystemUid(connection),
    };
  } finally {
    connection.close();
  }
}

class OpenedCluster implements MovableCluster {
  readonly kind: ClusterKind;
  readonly name: string;
  readonly identity: ClusterIdentity;
  readonly kubeconfigPath: string;
  readonly serverVersion: string;
  readonly client: ClusterClient;
  readonly watches: WatchHub;
  readonly kubectl: Kubectl;
  readonly #guard: IdentityGuard;
  readonly #connection: Connection;
  readonly #kubeConfig: KubeConfig;
  readonly #parts: readonly Disposable[];
  readonly startNodes?: (signal?: AbortSignal) => Promise<void>;

  constructor(
    options: OpenClusterOptions,
    clock: Clock,
    connection: Connection,
    guard: IdentityGuard,
    serverVersion: string,
  ) {
    this.kind = options.kind;
    this.name = options.name;
    this.identity = options.identity;
    this.kubeconfigPath = options.kubeconfigPath;
    this.serverVersion = serverVersion;
    if (options.startNodes) {
      this.startNodes = options.startNodes;
    }
    this.#guard = guard;
    this.#connection = connection;
    this.#kubeConfig = loadKubeConfig(options.kubeconfigPath);
    this.client = guardedClient(connection, guard);
    this.kubectl = guardedKubectl(options, guard);
    const hub = new SharedWatchHub({
      get: (path, signal) => this.client.request("GET", path, { signal, askedBy: "watch" }),
      confirm: () => guard.confirm(),
      watch: recordedWatch(new Watch(this.#kubeConfig), options.sent),
      clock,
      heard: () => guard.heard(),
      lost: (detail) => guard.lost(detail),
      random: Math.random,
    });
    this.watches = hub;
    this.#parts = [new HealthWatch(hub, guard, clock), hub, guard, { dispose: () => connection.close() }];
  }

  get health(): ClusterHealth {
    return this.#guard.health;
  }

  onHealthChanged(listener: (health: ClusterHealth) => void): Disposable {
    return this.#guard.onHealthChanged(listener);
  }

  async readAddressAgain(): Promise<void> {
    const kubeconfig = await readLessonKubeconfig(this.kubeconfigPath);
    if (certificateFingerprint(kubeconfig.certificateAuthority) !== this.identity.certificateAuthority) {
      throw new ClusterRequestError("otherCluster", "the kubeconfig names another certificate authority");
    }
    this.#guard.lost("the lesson cluster listens at another address now");
    this.#connection.moveTo(kubeconfig.server);
    this.#kubeConfig.loadFromFile(this.kubeconfigPath);
  }

  useNamespace(namespace: string): Promise<void> {
    return setDefaultNamespace(this.kubeconfigPath, namespace);
  }

  dispose(): void {
    for (const part of this.#parts) {
      part.dispose();
    }
  }
}

function loadKubeConfig(path: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(path);
  return config;
}

/** Tells the log when a watch is opened, and how it ended. */
function recordedWatch(watch: Watch, sent: SentLog | undefined): Pick<Watch, "watch"> {
  return {
    watch(path, parameters, onEvent, onEnd) {
      sent?.begin("watch", `WATCH ${path}`)("opened");
      const end = sent?.begin("watch", `WATCH ${path}`);
      return watch.watch(path, parameters, onEvent, (error) => {
        end?.(error instanceof Error ? error.message : "ended");
        onEnd(error);
      });
    },
  };
}

function guardedClient(connection: Connection, guard: IdentityGuard): ClusterClient {
  return {
    async request(method, path, options) {
      await guard.confirm();
      try {
        const answer = await connection.send(method, path, options);
        guard.heard();
        return answer;
      } catch (error) {
        if (
          error instanceof ClusterRequestError &&
          error.kind === "unreachable" &&
          !options?.signal?.aborted
        ) {
          guard.lost(error.message);
        }
        throw error;
      }
    },
  };
}

function guardedKubectl(options: OpenClusterOptions, guard: IdentityGuard): Kubectl {
  return createKubectl({
    lookup: options.lookupKubectl,
    kubeconfigPath: options.kubeconfigPath,
    homeFolder: options.homeFolder,
    searchPath: options.searchPath,
    sent: options.sent,
    refuse: async () => {
      try {
        const kubeconfig = await readLessonKubeconfig(options.kubeconfigPath);
        if (
          certificateFingerprint(kubeconfig.certificateAuthority) !== options.identity.certificateAuthority
        ) {
          return "the kubeconfig file names another certificate authority";
        }
        await guard.confirm();
        return undefined;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
  });
}
