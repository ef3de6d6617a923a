import type { Timer } from "../common/clock.ts";
import type { Disposable } from "../common/disposable.ts";
import type { WatchedResource, WatchHub, WatchListener } from "./cluster.ts";
import { ListWatch, type ListWatchOptions } from "./listWatch.ts";

/** How long a watch that nobody looks at is kept: moving to the next step must not list everything anew. */
const keepUnusedMs = 30_000;

/** One ListWatch for each resource and namespace, shared by everyone who observes it. */
export class SharedWatchHub implements WatchHub, Disposable {
  readonly #watches = new Map<string, ListWatch>();
  readonly #endings = new Set<Timer>();
  readonly #common: Omit<ListWatchOptions, "resource">;

  constructor(common: Omit<ListWatchOptions, "resource">) {
    this.#common = common;
  }

  observe(resource: WatchedResource, listener: WatchListener): Disposable {
    const key = `${resource.apiVersion}/${resource.plural}/${resource.namespace ?? ""}`;
    const watch = this.#watches.get(key) ?? this.#start(key, resource);
    const subscription = watch.add(listener);
    return {
      dispose: () => {
        subscription.dispose();
        const ending = this.#common.clock.after(keepUnusedMs, () => {
          this.#endings.delete(ending);
          this.#endIfUnused(key, watch);
        });
        this.#endings.add(ending);
      },
    };
  }

  dispose(): void {
    for (const ending of this.#endings) {
      ending.cancel();
    }
    for (const watch of this.#watches.values()) {
      watch.dispose();
    }
    this.#watches.clear();
  }

  #start(key: string, resource: WatchedResource): ListWatch {
    const watch = new ListWatch({ ...this.#common, resource });
    this.#watches.set(key, watch);
    return watch;
  }

  #endIfUnused(key: string, watch: ListWatch): void {
    if (watch.isUnused && this.#watches.get(key) === watch) {
      this.#watches.delete(key);
      watch.dispose();
    }
  }
}
