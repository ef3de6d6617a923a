import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { Agent } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readLessonKubeconfig } from "../../../../src/clusters/kubeconfigFile.ts";
import { projectRoot } from "../../../../src/tools/projectRoot.ts";
import {
  agentFor,
  type RawAnswer,
  type RawRequest,
  sendRaw,
} from "../../robustness/support/practiceProcess.ts";

/** A folder for a practice cluster's data and kubeconfig. */
export interface Scratch {
  readonly data: string;
  readonly kubeconfig: string;
  remove(): Promise<void>;
}

export async function makeScratch(): Promise<Scratch> {
  const folder = await mkdtemp(join(tmpdir(), "dojo-journal-"));
  return {
    data: join(folder, "data"),
    kubeconfig: join(folder, "kubeconfig"),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The practice cluster as a child process that may be treated badly. */
export class ClusterProcess {
  readonly child: ChildProcess;
  readonly #scratch: Scratch;
  readonly #ended: Promise<unknown>;
  #output = "";
  #connection: { readonly agent: Agent; readonly port: number } | undefined;

  /** `as`: the user and group to run as, where others than the test's own are wanted. */
  constructor(scratch: Scratch, as: { readonly uid?: number; readonly gid?: number } = {}) {
    this.#scratch = scratch;
    const program = join(projectRoot, "dist", "practiceCluster.mjs");
    const options = ["--kubeconfig", scratch.kubeconfig, "--data", scratch.data];
    this.child = spawn(process.execPath, [program, ...options], { ...as, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on("data", (chunk) => {
        this.#output += String(chunk);
        this.child.emit("said");
      });
    }
    this.#ended = once(this.child, "close");
  }

  /** Starts one and waits until it answers. */
  static async start(scratch: Scratch): Promise<ClusterProcess> {
    const started = new ClusterProcess(scratch);
    await started.until(/^ready\b/m);
    return started;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** What it has printed so far. */
  get output(): string {
    return this.#output;
  }

  /** Resolves when it has said something. Rejects when it ends without. */
  async until(wanted: RegExp): Promise<void> {
    while (!wanted.test(this.#output)) {
      const isOver = this.child.exitCode !== null || this.child.signalCode !== null;
      if (isOver) {
        throw new Error(`it ended without saying ${wanted}:\n${this.#output}`);
      }
      await Promise.race([once(this.child, "said"), this.#ended]);
    }
  }

  async send(request: RawRequest): Promise<RawAnswer> {
    this.#connection ??= await this.#connect();
    return sendRaw(this.#connection.port, this.#connection.agent, request);
  }

  /** Resolves with its exit code, or undefined when a signal ended it. */
  async end(signal?: NodeJS.Signals): Promise<number | undefined> {
    if (signal) {
      this.child.kill(signal);
    }
    await this.#ended;
    this.#connection?.agent.destroy();
    return this.child.exitCode ?? undefined;
  }

  async #connect() {
    const kubeconfig = await readLessonKubeconfig(this.#scratch.kubeconfig);
    return { agent: agentFor(kubeconfig, true), port: Number(new URL(kubeconfig.server).port) };
  }
}
