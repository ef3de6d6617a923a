import type {
  ClusterHealth,
  LessonCluster,
  ResourceSnapshot,
  WatchedChange,
  WatchedResource,
  WatchListener,
  WatchProblem,
} from "../../../src/clusters/cluster.ts";
import type { KubernetesObject } from "../../../src/common/kubernetes/objects.ts";
import type { KubectlOutcome } from "../../../src/kubectl/kubectl.ts";

/** A lesson cluster whose objects, problems and kubectl are set by the test. */
export class FakeCluster implements LessonCluster {
  readonly kind = "practice";
  readonly name = "fake";
  readonly identity = { certificateAuthority: "ca", kubeSystemUid: "uid" };
  readonly kubeconfigPath = "/nowhere";
  readonly serverVersion = "v1.36.3";
  health: ClusterHealth = { state: "ready" };
  readonly runs: string[] = [];
  outcome: KubectlOutcome = { state: "ran", exitCode: 0, stdout: "", stderr: "", durationMs: 1 };
  #objects = new Map<string, Map<string, KubernetesObject>>();
  #problem: WatchProblem | undefined;
  #revision = 1;
  readonly #listeners = new Set<{ readonly resource: WatchedResource; readonly listener: WatchListener }>();
  readonly #health = new Set<(health: ClusterHealth) => void>();

  readonly client = { request: async () => ({}) };
  readonly kubectl = {
    run: async (args: readonly string[]) => {
      this.runs.push(args.join(" "));
      return this.outcome;
    },
  };
  /** Told among the runs: the order of both matters. */
  async startNodes(): Promise<void> {
    this.runs.push("start nodes");
  }
  readonly watches = {
    observe: (resource: WatchedResource, listener: WatchListener) => {
      const entry = { resource, listener };
      this.#listeners.add(entry);
      queueMicrotask(() => listener.changed(this.#snapshot(resource), undefined));
      return { dispose: () => this.#listeners.delete(entry) };
    },
  };

  async useNamespace(): Promise<void> {}

  onHealthChanged(listener: (health: ClusterHealth) => void) {
    this.#health.add(listener);
    return { dispose: () => this.#health.delete(listener) };
  }

  put(plural: string, name: string, body: object): void {
    const known = this.#objects.get(plural) ?? new Map<string, KubernetesObject>();
    this.#objects.set(plural, known);
    const type = known.has(name) ? "MODIFIED" : "ADDED";
    const metadata = { name, uid: `uid-${name}`, resourceVersion: String(this.#revision++) };
    const object = Object.assign({ metadata }, body);
    known.set(name, object);
    this.#tell(plural, type, object);
  }

  lose(problem: WatchProblem | undefined): void {
    this.#problem = problem;
    for (const { resource, listener } of this.#listeners) {
      listener.changed(this.#snapshot(resource), undefined);
    }
  }

  dispose(): void {}

  #tell(plural: string, type: WatchedChange["type"], object: KubernetesObject): void {
    for (const { resource, listener } of this.#listeners) {
      if (resource.plural === plural) {
        listener.changed(this.#snapshot(resource), { type, resource, object, at: 0, initial: false });
      }
    }
  }

  #snapshot({ plural }: WatchedResource): ResourceSnapshot {
    const objects = new Map(this.#objects.get(plural));
    return { objects, synced: true, confirmedAt: 1, problem: this.#problem };
  }
}
