import { MemoryTree } from "../programs/fileSystem/memoryTree.ts";

/** The volumes that Pods have in memory, by Pod and name. */
export class TreesOfPods {
  readonly #trees = new Map<string, Map<string, MemoryTree>>();

  find(podUid: string, name: string): MemoryTree | undefined {
    return this.#trees.get(podUid)?.get(name);
  }

  set(podUid: string, name: string, tree: MemoryTree): void {
    const ofPod = this.#trees.get(podUid) ?? new Map<string, MemoryTree>();
    this.#trees.set(podUid, ofPod);
    ofPod.set(name, tree);
  }

  /** The tree of that name, which is empty at first. */
  take(podUid: string, name: string): MemoryTree {
    const known = this.find(podUid, name);
    if (known) {
      return known;
    }
    const tree = new MemoryTree();
    this.set(podUid, name, tree);
    return tree;
  }

  forget(podUid: string): void {
    this.#trees.delete(podUid);
  }
}
