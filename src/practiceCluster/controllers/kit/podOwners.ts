import type { IPod } from "kubernetes-models/v1/Pod";
import { controllerOf } from "./keys.ts";

/**
 * Which workloads a change of a Pod concerns: its controller, and the one that it had before (a Pod that was
 * taken away is missed there).
 */
export class PodOwners {
  readonly #kind: string;
  readonly #last = new Map<string, string>();

  /** `kind`: of the controllers that are asked for. */
  constructor(kind: string) {
    this.#kind = kind;
  }

  /** Keys ("namespace/name") of the controllers that a change concerns. */
  concernedBy(type: "ADDED" | "MODIFIED" | "DELETED", pod: IPod): string[] {
    const { namespace = "", uid = "" } = pod.metadata ?? {};
    const owner = controllerOf(pod);
    const before = this.#last.get(uid);
    const key = owner?.kind === this.#kind ? `${namespace}/${owner.name}` : undefined;
    if (type === "DELETED" || key === undefined) {
      this.#last.delete(uid);
    } else {
      this.#last.set(uid, key);
    }
    return [...new Set([before, key])].filter((each) => each !== undefined);
  }
}
