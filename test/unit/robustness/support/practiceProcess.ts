import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { Agent, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LessonKubeconfig, readLessonKubeconfig } from "../../../../src/clusters/kubeconfigFile.ts";
import { startPracticeCluster } from "../../../../src/tools/conformance/practiceCluster.ts";

export interface RawAnswer {
  readonly code: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string | undefined;
}

/** The practice cluster as the process that learners have, with a data folder, and its administrator's credentials. */
export interface PracticeProcess {
  readonly pid: number;
  readonly port: number;
  readonly data: string;
  readonly kubeconfig: LessonKubeconfig;
  readonly kubeconfigPath: string;
  send(request: RawRequest): Promise<RawAnswer>;
  /** Opens a stream (a watch) and resolves with the first that comes of it, or when it ends. */
  firstLine(path: string): Promise<string>;
  /** What the process has printed so far. */
  output(): string;
  /** Resident memory in MB (Linux; 0 elsewhere). */
  residentMegabytes(): number;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

export async function startPracticeProcess(): Promise<PracticeProcess> {
  const folder = await mkdtemp(join(tmpdir(), "dojo-robust-"));
  const data = join(folder, "data");
  const running = await startPracticeCluster(folder, 0, ["--data", data]);
  const kubeconfig = await readLessonKubeconfig(running.kubeconfig);
  const agent = agentFor(kubeconfig, true);
  const port = Number(new URL(kubeconfig.server).port);
  return {
    pid: running.pid,
    port,
    data,
    kubeconfig,
    kubeconfigPath: running.kubeconfig,
    send: (sending) => sendRaw(port, agent, sending),
    firstLine: (path) => firstOf(port, agent, path),
    output: running.output,
    residentMegabytes: () => residentMegabytes(running.pid),
    remove: async () => {
      agent.destroy();
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Connections to the server with the administrator's certificate, or without any. */
export function agentFor(kubeconfig: LessonKubeconfig, withCredential: boolean): Agent {
  const identity = withCredential ? { cert: kubeconfig.clientCertificate, key: kubeconfig.clientKey } : {};
  return new Agent({ keepAlive: true, maxSockets: 32, ca: kubeconfig.certificateAuthority, ...identity });
}

/** Sends one request as it is; rejects only when no answer comes. */
export function sendRaw(port: number, agent: Agent, sending: RawRequest): Promise<RawAnswer> {
  const { method = "GET", path, headers = {}, body } = sending;
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: "127.0.0.1", port, path, method, agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({ code: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    outgoing.on("upgrade", ({ statusCode = 0, headers: answered }, socket) => {
      socket.destroy();
      resolve({ code: statusCode, headers: answered, text: "" });
    });
    outgoing.setTimeout(15_000, () =>
      outgoing.destroy(new Error(`no answer within 15 s: ${method} ${path}`)),
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

function firstOf(port: number, agent: Agent, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: "127.0.0.1", port, path, agent }, (response) => {
      response.once("data", (chunk: Buffer) => {
        resolve(chunk.toString("utf8"));
        outgoing.destroy();
      });
      response.once("end", () => resolve(""));
      response.once("error", () => resolve(""));
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

function residentMegabytes(pid: number): number {
  try {
    const pages = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(pages ?? 0) / 1024;
  } catch {
    return 0;
  }
}
