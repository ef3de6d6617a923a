import type { Readable, Writable } from "node:stream";
import type { RunningProcess, SignalName } from "../programs/program.ts";

/** Files of a volume by relative path; one at "" is the volume itself (a subPath that names a file). */
export type VolumeFiles = ReadonlyMap<string, VolumeFile>;

export interface VolumeFile {
  readonly contents: Buffer;
  readonly mode: number;
}

export type MountSource =
  /** A folder on the learner's disk: a claim's volume, or a folder in it. */
  | { readonly kind: "folder"; readonly path: string; readonly subPath?: string }
  /** Files in memory: a Secret, a ConfigMap, the service account's token. With a name they follow their source. */
  | { readonly kind: "files"; readonly files: VolumeFiles; readonly name?: string }
  /** An emptyDir, shared by the Pod's containers under this name. */
  | { readonly kind: "shared"; readonly name: string; readonly subPath?: string };

/** A folder of a Pod as a container sees it. */
export interface ContainerMount {
  readonly mountPath: string;
  readonly readOnly: boolean;
  readonly source: MountSource;
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
  /** What asks its first process to end: SIGTERM, or what the image says. */
  readonly stopSignal: SignalName;
  /** Starts the first process. Throws when its program is not in the image. */
  start(streams: ExecStreams): RunningProcess;
  /** Starts another process. Throws when its program is not in the image. */
  exec(argv: readonly string[], streams: ExecStreams): RunningProcess;
  /** Ends everything in it at once. */
  killAll(): void;
  /** Another limit for the accounted memory, from now on; undefined: none. */
  limitMemory(bytes: number | undefined): void;
  /** Bytes that were written into the container's own layer. */
  writtenBytes(): number;
  /** A file's text; undefined when there is none. */
  readFile(path: string): string | undefined;
}

/** What is known of an image reference: here an image is there, or it cannot be had. */
export type ImageLookup =
  | { readonly state: "present"; readonly id: string; readonly name: string; readonly sizeBytes: number }
  | { readonly state: "absent"; readonly detail: string };

/** Runs containers: the part of a node that knows images and programs. */
export interface ContainerRuntime {
  findImage(reference: string): ImageLookup;
  create(settings: ContainerSettings): Container;
  /** A volume of a Pod whose source changed: containers that run see the new files, but not those mounted by subPath. */
  refreshFiles(podUid: string, name: string, files: VolumeFiles): void;
  /** Bytes in a Pod's emptyDir. */
  sharedBytes(podUid: string, name: string): number;
  /** The Pod is over: what its volumes held in memory is forgotten. */
  forgetPod(podUid: string): void;
}
