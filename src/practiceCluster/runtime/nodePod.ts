import type { PassThrough } from "node:stream";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { RunningProcess } from "../programs/program.ts";
import type { Container } from "./container.ts";
import type { ContainerLog } from "./containerLog.ts";

/** A container of a Pod, as logs, exec and attach find it. */
export interface NodeContainer {
  readonly spec: { readonly name: string; readonly stdinOnce?: boolean };
  /** Undefined while it does not run, or where nobody can get into it. */
  readonly container: Container | undefined;
  readonly process: RunningProcess | undefined;
  readonly stdin: PassThrough | undefined;
  log(previous: boolean): ContainerLog | undefined;
}

/** A Pod that a node has. */
export interface NodePod {
  readonly pod: IPod;
  readonly address: string;
  start(): void;
  update(pod: IPod): void;
  objectGone(): void;
  kill(): void;
  sourceChanged(kind: "ConfigMap" | "Secret", name: string): void;
  find(name: string): NodeContainer | undefined;
}
