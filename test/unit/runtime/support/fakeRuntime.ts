import type { RunningProcess, SignalName } from "../../../../src/practiceCluster/programs/program.ts";
import type {
  Container,
  ContainerRuntime,
  ContainerSettings,
  ExecStreams,
  ImageLookup,
  VolumeFiles,
} from "../../../../src/practiceCluster/runtime/container.ts";

/** A process that ends when the test says so; signals are only noted, but SIGKILL ends it. */
export class FakeProcess implements RunningProcess {
  readonly pid = 1;
  readonly parentPid = 0;
  readonly group = 1;
  readonly startedAt = 0;
  readonly endedBy = undefined;
  readonly argv: readonly string[];
  readonly signals: SignalName[] = [];
  readonly exited: Promise<number>;
  exit: (code: number) => void = () => undefined;

  constructor(argv: readonly string[]) {
    this.argv = argv;
    this.exited = new Promise((resolve) => {
      this.exit = resolve;
    });
  }

  signal(name: SignalName): void {
    this.signals.push(name);
    if (name === "SIGKILL") {
      this.exit(137);
    }
  }
}

/** A container whose first process and commands the test ends. */
export class FakeContainer implements Container {
  readonly stopSignal = "SIGTERM";
  readonly settings: ContainerSettings;
  readonly first = new FakeProcess(["first"]);
  readonly commands: FakeProcess[] = [];
  readonly #runtime: FakeRuntime;
  written = 0;
  limit: number | undefined;

  constructor(settings: ContainerSettings, runtime: FakeRuntime) {
    this.settings = settings;
    this.#runtime = runtime;
    this.limit = settings.memoryLimitBytes;
  }

  start({ stdout }: ExecStreams): RunningProcess {
    stdout?.write("hello\n");
    return this.first;
  }

  exec(argv: readonly string[]): RunningProcess {
    const process = new FakeProcess(argv);
    this.commands.push(process);
    const code = this.#runtime.answers.get(argv[0] ?? "");
    if (code !== undefined) {
      process.exit(code);
    }
    return process;
  }

  killAll(): void {
    this.first.signal("SIGKILL");
  }

  limitMemory(bytes: number | undefined): void {
    this.limit = bytes;
  }

  writtenBytes(): number {
    return this.written;
  }

  readFile(): string | undefined {
    return undefined;
  }
}

/** Makes containers for the test to play with. An image named "missing" cannot be had. */
export class FakeRuntime implements ContainerRuntime {
  /** Exit codes of commands by their first word; others go on until they are killed. */
  readonly answers = new Map<string, number>();
  readonly made: FakeContainer[] = [];
  readonly refreshed: { readonly name: string; readonly files: VolumeFiles }[] = [];

  findImage(reference: string): ImageLookup {
    return reference === "missing"
      ? { state: "absent", detail: "not found" }
      : { state: "present", id: `sha256:${reference}`, name: reference, sizeBytes: 1 };
  }

  create(settings: ContainerSettings): Container {
    const container = new FakeContainer(settings, this);
    this.made.push(container);
    return container;
  }

  refreshFiles(_podUid: string, name: string, files: VolumeFiles): void {
    this.refreshed.push({ name, files });
  }

  sharedBytes(): number {
    return 0;
  }

  forgetPod(): void {}

  /** The images of the containers that were made, in their order. */
  get images(): string[] {
    return this.made.map(({ settings }) => settings.imageReference);
  }

  /** The newest container of an image. */
  latest(image: string): FakeContainer {
    const found = this.made.filter(({ settings }) => settings.imageReference === image).at(-1);
    if (!found) {
      throw new Error(`no container of ${image} was made`);
    }
    return found;
  }
}
