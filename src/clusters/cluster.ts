import type { Disposable } from "../common/disposable.ts";
import type { Json, KubernetesObject } from "../common/kubernetes/objects.ts";
import type { LocalizedText } from "../common/language.ts";
import type { Asker } from "../common/sentLog.ts";
import type { Kubectl } from "../kubectl/kubectl.ts";

export type ClusterKind = "practice" | "kind" | "adopted";

/** What makes a cluster itself, wherever it listens: written down when it is made. */
export interface ClusterIdentity {
  /** SHA-256 of the API server's CA certificate (DER), hexadecimal. */
  readonly certificateAuthority: string;
  /** metadata.uid of the namespace kube-system. */
  readonly kubeSystemUid: string;
}

/** Whether the lesson cluster can be asked just now. */
export type ClusterHealth =
  | { readonly state: "ready" }
  | { readonly state: "unreachable"; readonly since: number; readonly detail: string }
  | { readonly state: "otherCluster"; readonly detail: string }
  | { readonly state: "closed" };

/** One resource whose objects are listed and watched. */
export interface WatchedResource {
  /** "v1", "apps/v1". */
  readonly apiVersion: string;
  /** Plural: "statefulsets". */
  readonly plural: string;
  /** Undefined: cluster-scoped, or all namespaces. */
  readonly namespace?: string | undefined;
}

/** Why the state of a resource cannot be known just now. */
export type WatchProblem =
  | { readonly reason: "unreachable"; readonly detail: string }
  | { readonly reason: "forbidden"; readonly detail: string }
  | { readonly reason: "noSuchResource"; readonly detail: string };

/** The last known objects of a watched resource, by "namespace/name" ("name" when cluster-scoped). */
export interface ResourceSnapshot {
  readonly objects: ReadonlyMap<string, KubernetesObject>;
  /** True once the first list is in. */
  readonly synced: boolean;
  /** When the server last confirmed it (ms since the epoch). */
  readonly confirmedAt: number;
  /** Set while it cannot be known whether `objects` is still true. */
  readonly problem?: WatchProblem | undefined;
}

/** One change in the server's order; what the recorder keeps. */
export interface WatchedChange {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly resource: WatchedResource;
  readonly object: KubernetesObject;
  /** When it arrived here (ms since the epoch). */
  readonly at: number;
  /** True for objects that were already there when the watch began or was listed anew. */
  readonly initial: boolean;
}

/** Listens to one resource; `changed` is called with the whole snapshot, and the change when there is one. */
export interface WatchListener {
  changed(snapshot: ResourceSnapshot, change: WatchedChange | undefined): void;
}

/** One list+watch for each resource and namespace, shared by all who look. */
export interface WatchHub {
  /** Starts (or joins) the watch; the listener is called in a later turn with what is known. */
  observe(resource: WatchedResource, listener: WatchListener): Disposable;
}

/** The HTTP side of the API, behind the identity guard. */
export interface ClusterClient {
  /**
   * Sends one request and returns its parsed body.
   * Throws ClusterRequestError: with the server's Status, or with "unreachable" when there was no answer.
   */
  request(method: string, path: string, options?: ClusterRequestOptions): Promise<Json>;
}

export interface ClusterRequestOptions {
  readonly body?: Json;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  /** Default 10 s. */
  readonly timeLimitMs?: number;
  /** On whose behalf; told to the log of what was sent. */
  readonly askedBy?: Asker;
}

/** A request that did not succeed. `code` is the HTTP status, or undefined when no answer came. */
export class ClusterRequestError extends Error {
  readonly kind: "unreachable" | "refused" | "otherCluster";
  readonly code: number | undefined;
  readonly reason: string | undefined;

  constructor(kind: ClusterRequestError["kind"], message: string, code?: number, reason?: string) {
    super(message);
    this.name = "ClusterRequestError";
    this.kind = kind;
    this.code = code;
    this.reason = reason;
  }
}

/** A cluster that lessons run on. Everything in it is bound to `identity`. */
export interface LessonCluster extends Disposable {
  readonly kind: ClusterKind;
  /** Shown to the learner: "practice", "kind". */
  readonly name: string;
  readonly identity: ClusterIdentity;
  /** A kubeconfig file of ours: one context, mode 0600. */
  readonly kubeconfigPath: string;
  readonly serverVersion: string;
  readonly client: ClusterClient;
  readonly watches: WatchHub;
  readonly kubectl: Kubectl;
  readonly health: ClusterHealth;
  /** Makes `namespace` the default of our kubeconfig: of the terminal and of every kubectl run. */
  useNamespace(namespace: string): Promise<void>;
  /** Starts nodes that stand still, where nodes are machines that we made; throws UserError when that is refused. */
  startNodes?(signal?: AbortSignal): Promise<void>;
  onHealthChanged(listener: (health: ClusterHealth) => void): Disposable;
}

/** Something that is needed and was looked for: kubectl, kind, docker. */
export interface Prerequisite {
  readonly id: "kubectl" | "kind" | "docker" | "practice";
  readonly found: boolean;
  /** What was seen: a path and version, or why not. */
  readonly detail: LocalizedText;
  /** The next thing to do, when something is missing. */
  readonly remedy?: LocalizedText;
}

export interface ProgressSink {
  report(message: LocalizedText): void;
}

/** Makes, finds again and removes the lesson cluster of one kind. */
export interface ClusterProvider {
  readonly kind: ClusterKind;
  prerequisites(signal?: AbortSignal): Promise<readonly Prerequisite[]>;
  /** Starts the cluster, or finds the one that was started earlier. Throws UserError with what to do next. */
  open(progress: ProgressSink, signal?: AbortSignal): Promise<LessonCluster>;
  /** Removes the cluster and everything in it. Never touches one that is not ours. */
  remove(progress: ProgressSink, signal?: AbortSignal): Promise<void>;
}
