import type { ClientRequest } from "node:http";
import { Agent, request } from "node:https";
import { readLessonKubeconfig } from "../../clusters/kubeconfigFile.ts";

/** Requests to one API server over connections that are kept: what a client library adds is not measured. */
export interface Requester {
  readonly agent: Agent;
  /** A request that was not sent yet. */
  open(method: string, path: string, headers: Record<string, string>): ClientRequest;
  /** Sends one request and returns its body; throws unless the answer is 2xx. */
  ask(method: string, path: string, body?: object, accept?: string): Promise<string>;
}

/** Requests with the credentials of that kubeconfig. Destroy the agent at the end. */
export async function requester(kubeconfig: string): Promise<Requester> {
  const config = await readLessonKubeconfig(kubeconfig);
  const agent = new Agent({
    keepAlive: true,
    ca: config.certificateAuthority,
    cert: config.clientCertificate,
    key: config.clientKey,
  });
  const open: Requester["open"] = (method, path, headers) =>
    request(new URL(path, config.server), { method, headers, agent });
  return {
    agent,
    open,
    ask: (method, path, body, accept = "application/json") =>
      new Promise((resolve, reject) => {
        const sent = open(method, path, { accept, "content-type": "application/json" });
        sent.on("error", reject);
        sent.on("response", (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("end", () => {
            const text = Buffer.concat(chunks).toString("utf8");
            const isFine = (answer.statusCode ?? 500) < 300;
            isFine
              ? resolve(text)
              : reject(new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 300)}`));
          });
        });
        sent.end(body ? JSON.stringify(body) : undefined);
      }),
  };
}
