import type { KubernetesObject } from "../../common/kubernetes/objects.ts";

/** The objects of one resource by their keys ("namespace/name"), which are kept in order. */
export class OrderedObjects {
  readonly #objects: Map<string, KubernetesObject>;
  readonly #keys: string[];

  constructor(objects: Iterable<readonly [string, KubernetesObject]> = []) {
    this.#objects = new Map(objects);
    this.#keys = [...this.#objects.keys()].sort();
  }

  get(key: string): KubernetesObject | undefined {
    return this.#objects.get(key);
  }

  set(key: string, object: KubernetesObject): void {
    if (!this.#objects.has(key)) {
      this.#keys.splice(this.#placeOf(key), 0, key);
    }
    this.#objects.set(key, object);
  }

  delete(key: string): void {
    if (this.#objects.delete(key)) {
      this.#keys.splice(this.#placeOf(key), 1);
    }
  }

  entries(): Iterable<readonly [string, KubernetesObject]> {
    return this.#objects;
  }

  values(): Iterable<KubernetesObject> {
    return this.#objects.values();
  }

  /** In the order of their keys; of one namespace alone, where it is named. */
  inOrder(namespace?: string): KubernetesObject[] {
    const start = namespace === undefined ? 0 : this.#placeOf(`${namespace}/`);
    const found: KubernetesObject[] = [];
    for (let place = start; place < this.#keys.length; place += 1) {
      const key = this.#keys[place] ?? "";
      if (namespace !== undefined && !key.startsWith(`${namespace}/`)) {
        break;
      }
      const object = this.#objects.get(key);
      if (object) {
        found.push(object);
      }
    }
    return found;
  }

  /** Where a key stands, or would stand. */
  #placeOf(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#keys[middle] ?? "") < key) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
