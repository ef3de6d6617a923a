import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Clock } from "../../common/clock.ts";
import { searchList } from "../network/clusterNames.ts";
import {
  LayeredFileSystem,
  type MemoryTree,
  type Mount,
  makeMountFolder,
} from "../programs/fileSystem/layeredFileSystem.ts";
import { imageFiles } from "../programs/imageFiles.ts";
import { findImage } from "../programs/images.ts";
import { ContainerProcesses } from "../programs/processes.ts";
import type { ContainerNetwork, RunningProcess, SignalName } from "../programs/program.ts";
import type {
  Container,
  ContainerMount,
  ContainerRuntime,
  ContainerSettings,
  ExecStreams,
  ImageLookup,
  VolumeFiles,
} from "./container.ts";
import { TreesOfPods } from "./treesOfPods.ts";
import { holds, volumeTree, writeVolume } from "./volumeTree.ts";

/** The address of the cluster's DNS Service. */
const clusterDnsAddress = "10.96.0.10";

/** Runs containers as programs of ours, in this process. */
export class ProgramRuntime implements ContainerRuntime {
  readonly #clock: Clock;
  readonly #networkOf: (address: string) => ContainerNetwork;
  /** emptyDirs by Pod and name: they live as long as the Pod. */
  readonly #shared = new TreesOfPods();
  /** Volumes of Secrets, ConfigMaps and projections, which follow their sources. */
  readonly #files = new TreesOfPods();

  constructor(clock: Clock, networkOf: (address: string) => ContainerNetwork) {
    this.#clock = clock;
    this.#networkOf = networkOf;
  }

  findImage(reference: string): ImageLookup {
    const found = findImage(reference);
    if (found.state !== "found") {
      return { state: "absent", detail: pullFailure(reference, found.state) };
    }
    const id = createHash("sha256").update(`${found.image.repository}:${found.version}`).digest("hex");
    const name = `docker.io/library/${reference}`;
    return { state: "present", id: `sha256:${id}`, name, sizeBytes: found.image.sizeBytes };
  }

  create(settings: ContainerSettings): Container {
    const found = findImage(settings.imageReference);
    if (found.state !== "found") {
      throw new Error(`image "${settings.imageReference}" is not present`);
    }
    const { image, version } = found;
    const files = new LayeredFileSystem(
      imageFiles(image, version),
      settings.mounts.map((mount) => this.#mount(settings.podUid, mount)),
      () => this.#clock.now(),
    );
    writeSystemFiles(files, settings);
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
    return new ProgramContainer(processes, files, [...command, ...args], image.stopSignal ?? "SIGTERM");
  }

  refreshFiles(podUid: string, name: string, files: VolumeFiles): void {
    const tree = this.#files.find(podUid, name);
    if (tree && !holds(tree, files)) {
      writeVolume(tree, files, this.#clock.now());
    }
  }

  sharedBytes(podUid: string, name: string): number {
    return this.#shared.find(podUid, name)?.ownBytes() ?? 0;
  }

  forgetPod(podUid: string): void {
    this.#shared.forget(podUid);
    this.#files.forget(podUid);
  }

  #mount(podUid: string, { mountPath, readOnly, source }: ContainerMount): Mount {
    switch (source.kind) {
      case "folder": {
        const folder = join(source.path, source.subPath ?? "");
        makeMountFolder(folder);
        return { mountPath, readOnly, kind: "volume", source: { folder } };
      }
      case "files": {
        const tree = this.#fileTree(podUid, source.files, source.name);
        return { mountPath, readOnly: true, kind: "tmpfs", source: { tree } };
      }
      case "shared": {
        const tree = this.#shared.take(podUid, source.name);
        const below = source.subPath === undefined ? {} : { below: `/${source.subPath}` };
        if (source.subPath !== undefined) {
          tree.makeFolders(`/${source.subPath}`, this.#clock.now());
        }
        return { mountPath, readOnly, kind: "emptyDir", source: { tree, ...below } };
      }
    }
  }

  #fileTree(podUid: string, files: VolumeFiles, name: string | undefined): MemoryTree {
    const tree =
      (name === undefined ? undefined : this.#files.find(podUid, name)) ??
      volumeTree(files, this.#clock.now());
    if (name !== undefined) {
      this.#files.set(podUid, name, tree);
    }
    return tree;
  }
}

/** A registry's answers, as containerd words them: a repository that is not there could as well be a private one. */
function pullFailure(reference: string, state: "notFound" | "denied"): string {
  const name = `docker.io/library/${reference.includes(":") ? reference : `${reference}:latest`}`;
  return state === "notFound"
    ? `rpc error: code = NotFound desc = failed to pull and unpack image "${name}": failed to resolve reference "${name}": ${name}: not found`
    : `failed to pull and unpack image "${name}": failed to resolve reference "${name}": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`;
}

/** What the kubelet puts into every container, unless a volume is mounted there. */
function writeSystemFiles(files: LayeredFileSystem, settings: ContainerSettings): void {
  for (const [path, contents] of Object.entries(systemFiles(settings))) {
    if (files.mountOf(path).kind === "overlay") {
      files.write(path, contents);
    }
  }
}

/** pkg/kubelet/kubelet_pods.go: the Pod's own line in /etc/hosts names its full name first where it has one. */
function systemFiles({ hostname, address, namespace, subdomain }: ContainerSettings): Record<string, string> {
  const names = subdomain ? `${hostname}.${subdomain}.${searchList(namespace)[0]}\t${hostname}` : hostname;
  const local =
    "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\nfe00::\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n";
  return {
    "/etc/hostname": `${hostname}\n`,
    "/etc/hosts": `# Kubernetes-managed hosts file.\n${local}${address}\t${names}\n`,
    "/etc/resolv.conf": `search ${searchList(namespace).join(" ")}\nnameserver ${clusterDnsAddress}\noptions ndots:5\n`,
  };
}

/** What containerd and runc say of a command that cannot be started beside the first process. */
function execFailure(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  const id = randomBytes(32).toString("hex");
  return `failed to start exec "${id}": OCI runtime exec failed: exec failed: unable to start container process: ${reason}`;
}

class ProgramContainer implements Container {
  readonly stopSignal: SignalName;
  readonly #processes: ContainerProcesses;
  readonly #files: LayeredFileSystem;
  readonly #command: readonly string[];

  constructor(
    processes: ContainerProcesses,
    files: LayeredFileSystem,
    command: readonly string[],
    stopSignal: SignalName,
  ) {
    this.#processes = processes;
    this.#files = files;
    this.#command = command;
    this.stopSignal = stopSignal;
  }

  start(streams: ExecStreams): RunningProcess {
    return this.#startProcess(this.#command, streams);
  }

  exec(argv: readonly string[], streams: ExecStreams): RunningProcess {
    try {
      return this.#startProcess(argv, streams);
    } catch (error) {
      throw new Error(execFailure(error));
    }
  }

  #startProcess(argv: readonly string[], { stdin, stdout, stderr, tty }: ExecStreams): RunningProcess {
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

  limitMemory(bytes: number | undefined): void {
    this.#processes.limitMemory(bytes);
  }

  writtenBytes(): number {
    return this.#files.writtenBytes();
  }

  readFile(path: string): string | undefined {
    return this.#files.exists(path) ? this.#files.read(path).toString() : undefined;
  }
}
