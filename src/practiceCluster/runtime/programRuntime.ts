import { createHash } from "node:crypto";
import type { Writable } from "node:stream";
import type { Clock } from "../../common/clock.ts";
import {
  LayeredFileSystem,
  MemoryTree,
  type Mount,
  makeMountFolder,
} from "../programs/fileSystem/layeredFileSystem.ts";
import { findImage } from "../programs/images.ts";
import { ContainerProcesses } from "../programs/processes.ts";
import type { ContainerNetwork, RunningProcess } from "../programs/program.ts";
import type {
  Container,
  ContainerMount,
  ContainerRuntime,
  ContainerSettings,
  ExecStreams,
  ImageLookup,
} from "./container.ts";

/** Runs containers as programs of ours, in this process. */
export class ProgramRuntime implements ContainerRuntime {
  readonly #clock: Clock;
  readonly #networkOf: (address: string) => ContainerNetwork;
  /** emptyDirs by Pod and name: they live as long as the Pod. */
  readonly #shared = new Map<string, MemoryTree>();

  constructor(clock: Clock, networkOf: (address: string) => ContainerNetwork) {
    this.#clock = clock;
    this.#networkOf = networkOf;
  }

  findImage(reference: string): ImageLookup {
    const found = findImage(reference);
    if (found.state === "notFound") {
      const name = reference.includes(":") ? reference : `${reference}:latest`;
      return {
        state: "absent",
        detail: `failed to pull and unpack image "docker.io/library/${name}": the practice cluster does not have this image`,
      };
    }
    const id = createHash("sha256").update(`${found.image.repository}:${found.version}`).digest("hex");
    return { state: "present", id: `sha256:${id}`, name: `docker.io/library/${reference}` };
  }

  create(settings: ContainerSettings): Container {
    const found = findImage(settings.imageReference);
    if (found.state === "notFound") {
      throw new Error(`image "${settings.imageReference}" is not present`);
    }
    const { image, version } = found;
    const files = new LayeredFileSystem(
      { ...image.files(version), ...systemFiles(settings) },
      settings.mounts.map((mount) => this.#mount(settings.podUid, mount)),
    );
    const processes = new ContainerProcesses({
      programs: image.programs(version),
      environment: {
        ...image.environment(version),
        HOSTNAME: settings.hostname,
        HOME: "/root",
        ...settings.environment,
      },
      hostname: settings.hostname,
      directory: settings.workingDirectory ?? image.workingDirectory,
      files,
      network: this.#networkOf(settings.address),
      clock: this.#clock,
      memoryLimitBytes: settings.memoryLimitBytes,
      onOutOfMemory: settings.onOutOfMemory,
    });
    const command = settings.command ?? image.entrypoint;
    const args = settings.args ?? (settings.command ? [] : image.command);
    return new ProgramContainer(processes, [...command, ...args]);
  }

  /** Forgets a Pod's emptyDirs. */
  forgetPod(podUid: string): void {
    for (const key of this.#shared.keys()) {
      if (key.startsWith(`${podUid}/`)) {
        this.#shared.delete(key);
      }
    }
  }

  #mount(podUid: string, { mountPath, readOnly, source }: ContainerMount): Mount {
    switch (source.kind) {
      case "folder":
        makeMountFolder(source.path);
        return { mountPath, readOnly, kind: "volume", source: { folder: source.path } };
      case "files": {
        const files = Object.fromEntries([...source.files].map(([path, contents]) => [`/${path}`, contents]));
        return { mountPath, readOnly: true, kind: "tmpfs", source: { tree: MemoryTree.of(files) } };
      }
      case "shared":
        return {
          mountPath,
          readOnly,
          kind: "emptyDir",
          source: { tree: this.#sharedTree(`${podUid}/${source.name}`) },
        };
    }
  }

  #sharedTree(key: string): MemoryTree {
    const tree = this.#shared.get(key) ?? new MemoryTree();
    this.#shared.set(key, tree);
    return tree;
  }
}

/** What the kubelet puts into every container. */
function systemFiles({ hostname, address }: ContainerSettings): Record<string, string> {
  return {
    "/etc/hostname": `${hostname}\n`,
    "/etc/hosts": `# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n${address}\t${hostname}\n`,
  };
}

class ProgramContainer implements Container {
  readonly #processes: ContainerProcesses;
  readonly #command: readonly string[];

  constructor(processes: ContainerProcesses, command: readonly string[]) {
    this.#processes = processes;
    this.#command = command;
  }

  start(stdout: Writable, stderr: Writable): RunningProcess {
    return this.#processes.start({ argv: this.#command, stdout, stderr });
  }

  exec(argv: readonly string[], { stdin, stdout, stderr, tty }: ExecStreams): RunningProcess {
    return this.#processes.start({
      argv,
      tty,
      ...(stdin ? { stdin } : {}),
      ...(stdout ? { stdout } : {}),
      ...(stderr ? { stderr } : {}),
    });
  }

  killAll(): void {
    this.#processes.killAll();
  }
}
