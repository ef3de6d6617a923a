import { Agent, request } from "node:https";
import type { Json } from "../common/kubernetes/objects.ts";
import type { SentLog } from "../common/sentLog.ts";
import { ClusterRequestError, type ClusterRequestOptions } from "./cluster.ts";
import type { LessonKubeconfig } from "./kubeconfigFile.ts";

const defaultTimeLimitMs = 10_000;

/**
 * HTTPS to one API server whose certificate must come from the pinned authority: TLS ends the connection
 * before a request is sent when another server listens at the address.
 */
export class Connection {
  #server: string;
  readonly #agent: Agent;
  readonly #sent: SentLog | undefined;

  constructor(kubeconfig: LessonKubeconfig, sent?: SentLog) {
    this.#sent = sent;
    this.#server = kubeconfig.server;
    this.#agent = new Agent({
      keepAlive: true,
      ca: kubeconfig.certificateAuthority,
      cert: kubeconfig.clientCertificate,
      key: kubeconfig.clientKey,
      ALPNProtocols: ["http/1.1"],
    });
  }

  /** The same cluster listens elsewhere now (its authority stays pinned). */
  moveTo(server: string): void {
    this.#server = server;
  }

  /** Sends one request; throws ClusterRequestError. */
  async send(method: string, path: string, options: ClusterRequestOptions = {}): Promise<Json> {
    const end = this.#sent?.begin(options.askedBy ?? "other", `${method} ${path}`);
    try {
      const answer = await this.#send(method, path, options);
      end?.("ok");
      return answer;
    } catch (error) {
      end?.(problemOf(error));
      throw error;
    }
  }

  #send(method: string, path: string, options: ClusterRequestOptions): Promise<Json> {
    const { timeLimitMs = defaultTimeLimitMs, signal, body, contentType = "application/json" } = options;
    const limit = AbortSignal.timeout(timeLimitMs);
    const payload = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const outgoing = request(new URL(path, this.#server), {
        method,
        agent: this.#agent,
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
        headers: {
          accept: "application/json",
          "user-agent": "statefulset-dojo",
          ...(payload === undefined
            ? {}
            : { "content-type": contentType, "content-length": Buffer.byteLength(payload) }),
        },
      });
      outgoing.on("error", (error) => reject(unreachable(error, limit.aborted ? timeLimitMs : undefined)));
      outgoing.on("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", (error) => reject(unreachable(error, undefined)));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          const code = response.statusCode ?? 0;
          if (code >= 200 && code < 300) {
            resolve(parseBody(text));
          } else {
            reject(refusal(code, text));
          }
        });
      });
      outgoing.end(payload);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** "404 NotFound", or why there was no answer. */
function problemOf(error: unknown): string {
  if (error instanceof ClusterRequestError && error.code !== undefined) {
    return `${error.code} ${error.reason ?? ""}`.trim();
  }
  return error instanceof Error ? error.message : String(error);
}

function parseBody(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function unreachable(error: Error, limitMs: number | undefined): ClusterRequestError {
  const detail = limitMs === undefined ? error.message : `no answer within ${limitMs / 1000} s`;
  return new ClusterRequestError("unreachable", detail);
}

function refusal(code: number, text: string): ClusterRequestError {
  const body = parseBody(text);
  const status = typeof body === "object" && body !== null && !Array.isArray(body) ? body : {};
  const message = typeof status.message === "string" ? status.message : text.slice(0, 500);
  const reason = typeof status.reason === "string" ? status.reason : undefined;
  return new ClusterRequestError("refused", message, code, reason);
}
