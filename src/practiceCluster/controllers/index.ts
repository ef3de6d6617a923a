import type { Clock } from "../../common/clock.ts";
import { type Disposable, DisposableList } from "../../common/disposable.ts";
import type { ApiClient } from "../api/apiClient.ts";
import { StatefulSetController } from "./statefulSet/statefulSetController.ts";

export interface ControllersOptions {
  /** A client that acts as the named user. */
  readonly clientFor: (userName: string) => ApiClient;
  readonly clock: Clock;
}

/** Starts every controller, each as the service account that it has on a real cluster. */
export function startControllers({ clientFor, clock }: ControllersOptions): Disposable {
  const parts = new DisposableList();
  const as = (name: string) => clientFor(`system:serviceaccount:kube-system:${name}`);
  parts.add(new StatefulSetController(as("statefulset-controller"), clock));
  return parts;
}
