import type { Readable, Writable } from "node:stream";
import type { RunningProcess } from "../programs/program.ts";

/** A folder of a Pod as a container sees it. */
export interface ContainerMount {
  readonly mountPath: string;
  readonly readOnly: boolean;
  readonly source: /** A folder on the learner's disk: a claim's volume. */
    | { readonly kind: "folder"; readonly path: string }
    /** Files in memory by relative path: a Secret, a ConfigMap, the service account's token. */
    | { readonly kind: "files"; readonly files: ReadonlyMap<string, string> }
    /** An emptyDir, shared by the Pod's containers under this name. */
    | { readonly kind: "shared"; readonly name: string };
}

export interface ContainerSettings {
  readonly podUid: string;
  readonly namespace: string;
  /** The headless Service that the Pod's full name is in. */
  readonly subdomain: string | undefined;
  readonly imageReference: string;
  readonly command: readonly string[] | undefined;
  readonly args: readonly string[] | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly hostname: string;
  readonly workingDirectory: string | undefined;
  readonly address: string;
  readonly mounts: readonly ContainerMount[];
  readonly memoryLimitBytes: number | undefined;
  readonly onOutOfMemory: () => void;
}

export interface ExecStreams {
  readonly stdin?: Readable | undefined;
  readonly stdout?: Writable | undefined;
  readonly stderr?: Writable | undefined;
  readonly tty: boolean;
}

/** A container that was created: its first process and those that exec adds. */
export interface Container {
  /** Starts the first process. Throws when its program is not in the image. */
  start(stdout: Writable, stderr: Writable): RunningProcess;
  /** Starts another process. Throws when its program is not in the image. */
  exec(argv: readonly string[], streams: ExecStreams): RunningProcess;
  /** Ends everything in it at once. */
  killAll(): void;
}

/** What is known of an image reference: here an image is there, or it cannot be had. */
export type ImageLookup =
  | { readonly state: "present"; readonly id: string; readonly name: string }
  | { readonly state: "absent"; readonly detail: string };

/** Runs containers: the part of a node that knows images and programs. */
export interface ContainerRuntime {
  findImage(reference: string): ImageLookup;
  create(settings: ContainerSettings): Container;
}
