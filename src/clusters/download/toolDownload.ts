import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { chmod, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { systemReason } from "../../common/systemReason.ts";
import type { ProgressSink } from "../cluster.ts";
import { isProcessAlive } from "../isProcessAlive.ts";
import { downloadErrors } from "./downloadErrors.ts";
import {
  type DownloadableTool,
  officialAddresses,
  programFile,
  type ReleaseAddresses,
  releaseOf,
  type ToolRelease,
} from "./releases.ts";

export interface ToolDownloadOptions {
  /** Where the programs are put. */
  readonly folder: string;
  readonly addresses?: ReleaseAddresses;
  /** How the part file is written; only tests have another. */
  readonly openFile?: (path: string) => Writable;
}

/** Fetches official programs into a folder of ours. Whoever calls it has the learner's consent. */
export class ToolDownload {
  readonly #options: ToolDownloadOptions;

  constructor(options: ToolDownloadOptions) {
    this.#options = options;
  }

  /** What would be fetched for this machine; undefined where nothing is published for it. */
  release(tool: DownloadableTool): ToolRelease | undefined {
    return releaseOf(tool, this.#options.addresses ?? officialAddresses);
  }

  /**
   * Downloads a program, compares it with its publisher's checksum and only then gives it its name and the right
   * to be run. Returns its path. Throws UserError; then nothing of it is left and an earlier program is as it was.
   */
  async fetch(tool: DownloadableTool, progress: ProgressSink, signal?: AbortSignal): Promise<string> {
    const release = this.release(tool);
    if (!release) {
      throw downloadErrors.noBuild(tool);
    }
    const { folder } = this.#options;
    const path = join(folder, programFile(tool));
    await makeFolder(folder, tool);
    const part = `${path}.${process.pid}.part`;
    try {
      const expected = await this.#checksum(release, signal);
      const actual = await this.#receive(release, part, progress, signal);
      if (actual !== expected) {
        throw downloadErrors.wrongChecksum(release.address, expected, actual);
      }
      await chmod(part, 0o755);
      await rename(part, path);
      return path;
    } catch (error) {
      throw signal?.aborted ? downloadErrors.cancelled() : error;
    } finally {
      await rm(part, { force: true });
    }
  }

  async #checksum({ checksumAddress }: ToolRelease, signal?: AbortSignal): Promise<string> {
    const response = await ask(checksumAddress, signal);
    const text = await response.text().catch((error) => {
      throw downloadErrors.cutOff(checksumAddress, systemReason(error));
    });
    const checksum = /^([0-9a-f]{64})(?:\s|$)/i.exec(text.trim())?.[1];
    if (!checksum) {
      throw downloadErrors.noChecksum(checksumAddress);
    }
    return checksum.toLowerCase();
  }

  /** Writes the answer to the part file and returns its SHA-256. */
  async #receive(
    { tool, version, address }: ToolRelease,
    part: string,
    progress: ProgressSink,
    signal?: AbortSignal,
  ): Promise<string> {
    const response = await ask(address, signal);
    const total = Number(response.headers.get("content-length") ?? 0);
    const hash = createHash("sha256");
    const file = new PartFile(part, (this.#options.openFile ?? createWriteStream)(part));
    let received = 0;
    let told = "";
    for await (const chunk of chunksOf(response, address)) {
      hash.update(chunk);
      await file.write(chunk);
      received += chunk.length;
      const share = total > 0 ? `${Math.floor((received / total) * 100)}%` : `${received >> 20} MiB`;
      if (share !== told) {
        told = share;
        const text = `${tool} ${version}: ${share}`;
        progress.report({ ja: text, en: text });
      }
    }
    await file.end();
    return hash.digest("hex");
  }
}

/** The file that a download grows in; tells what the disk refuses as it is refused. */
class PartFile {
  readonly #path: string;
  readonly #stream: Writable;
  #refused: unknown;

  constructor(path: string, stream: Writable) {
    this.#path = path;
    this.#stream = stream;
    stream.on("error", (error) => {
      this.#refused = error;
    });
  }

  async write(chunk: Uint8Array): Promise<void> {
    await new Promise<void>((resolve) => this.#stream.write(chunk, () => resolve()));
    this.#throwIfRefused();
  }

  async end(): Promise<void> {
    this.#stream.end();
    await finished(this.#stream).catch((error) => {
      this.#refused ??= error;
    });
    this.#throwIfRefused();
  }

  #throwIfRefused(): void {
    const refused = this.#refused ?? this.#stream.errored;
    if (refused) {
      this.#stream.destroy();
      throw downloadErrors.notWritten(this.#path, systemReason(refused));
    }
  }
}

async function ask(address: string, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(address, signal ? { signal } : {}).catch((error) => {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw downloadErrors.unreachable(address, systemReason(cause));
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw downloadErrors.refused(address, response.status);
  }
  return response;
}

async function* chunksOf(response: Response, address: string): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  try {
    for (;;) {
      const next = await reader?.read().catch((error) => {
        throw downloadErrors.cutOff(address, systemReason(error));
      });
      if (!next || next.done) {
        return;
      }
      yield next.value;
    }
  } finally {
    // the disk may have refused: then nothing more is asked of the network
    await reader?.cancel().catch(() => undefined);
  }
}

/** Makes the folder, and takes away what a download left whose editor was killed. */
async function makeFolder(folder: string, tool: DownloadableTool): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    const abandoned = (await readdir(folder)).filter((file) => {
      const owner = new RegExp(`^${tool}(?:\\.exe)?\\.(\\d+)\\.part$`).exec(file)?.[1];
      return owner !== undefined && !isProcessAlive(Number(owner));
    });
    await Promise.all(abandoned.map((file) => rm(join(folder, file), { force: true })));
  } catch (error) {
    throw downloadErrors.notWritten(folder, systemReason(error));
  }
}
