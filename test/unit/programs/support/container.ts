import { Readable, Writable } from "node:stream";
import { type Clock, systemClock } from "../../../../src/common/clock.ts";
import {
  LayeredFileSystem,
  type Mount,
} from "../../../../src/practiceCluster/programs/fileSystem/layeredFileSystem.ts";
import { imageFiles } from "../../../../src/practiceCluster/programs/imageFiles.ts";
import { findImage } from "../../../../src/practiceCluster/programs/images.ts";
import { ContainerProcesses } from "../../../../src/practiceCluster/programs/processes.ts";
import type { Program, RunningProcess } from "../../../../src/practiceCluster/programs/program.ts";
import { TestNetwork } from "../../postgres/support/container.ts";

export interface ImageContainerOptions {
  readonly network?: TestNetwork;
  readonly name?: string;
  readonly mounts?: readonly Mount[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Programs beside the image's own. */
  readonly programs?: Readonly<Record<string, Program>>;
  readonly memoryLimitBytes?: number;
  readonly clock?: Clock;
}

/** A program that was started, and what it wrote. */
export interface Started {
  readonly process: RunningProcess;
  readonly finished: Promise<Finished>;
  /** Resolves when stdout and stderr together match; rejects when the program ends before. */
  says(pattern: RegExp): Promise<void>;
}

export interface Finished {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** One container of an image, without a kubelet. */
export class ImageContainer {
  readonly files: LayeredFileSystem;
  readonly processes: ContainerProcesses;
  outOfMemory = 0;

  constructor(reference: string, options: ImageContainerOptions = {}) {
    const found = findImage(reference);
    if (found.state !== "found") {
      throw new Error(`${reference}: ${found.state}`);
    }
    const { image, version } = found;
    this.files = new LayeredFileSystem(imageFiles(image, version), options.mounts ?? []);
    this.processes = new ContainerProcesses({
      programs: { ...image.programs(version), ...options.programs },
      environment: { ...image.environment(version), ...options.environment },
      hostname: options.name ?? "web-0",
      directory: image.workingDirectory,
      files: this.files,
      network: (options.network ?? new TestNetwork()).join(options.name ?? "web-0"),
      clock: options.clock ?? systemClock,
      memoryLimitBytes: options.memoryLimitBytes,
      onOutOfMemory: () => {
        this.outOfMemory++;
      },
    });
  }

  /** Starts a program and collects what it writes. */
  start(argv: readonly string[], input = ""): Started {
    const written = { out: "", err: "" };
    const listeners = new Set<() => void>();
    const collect = (name: "out" | "err") =>
      new Writable({
        write: (chunk: Buffer, _encoding, done) => {
          written[name] += chunk.toString();
          for (const listener of listeners) {
            listener();
          }
          done();
        },
      });
    const process = this.processes.start({
      argv,
      stdin: Readable.from(input === "" ? [] : [Buffer.from(input)]),
      stdout: collect("out"),
      stderr: collect("err"),
    });
    const finished = process.exited.then((code): Finished => ({ code, ...written }));
    const says = (pattern: RegExp) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (pattern.test(written.out + written.err)) {
            listeners.delete(look);
            resolve();
          }
        };
        listeners.add(look);
        look();
        void finished.then(({ out, err }) =>
          reject(new Error(`ended without saying ${pattern}: ${out}${err}`)),
        );
      });
    return { process, finished, says };
  }

  run(argv: readonly string[], input = ""): Promise<Finished> {
    return this.start(argv, input).finished;
  }

  /** Runs `sh -c script` beside a first process, as `kubectl exec` does. */
  async sh(script: string, input = ""): Promise<Finished> {
    return await this.run(["sh", "-c", script], input);
  }

  /** Ends every process at once. */
  kill(): void {
    this.processes.killAll();
  }
}
