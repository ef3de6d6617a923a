import { Agent, request } from "node:https";
import { type Clock, systemClock } from "../../../../src/common/clock.ts";
import type { JsonObject } from "../../../../src/common/kubernetes/objects.ts";
import { loadCertificates } from "../../../../src/practiceCluster/bootstrap/identityFiles.ts";
import { kubeconfigText } from "../../../../src/practiceCluster/bootstrap/kubeconfig.ts";
import { createPracticeCluster, type PracticeCluster } from "../../../../src/practiceCluster/cluster.ts";
import { serve } from "../../../../src/practiceCluster/serve.ts";

export interface Answer {
  readonly code: number;
  readonly body: JsonObject;
  readonly text: string;
  readonly warnings: readonly string[];
}

export interface Sending {
  readonly method?: string;
  readonly body?: object;
  readonly type?: string;
  readonly accept?: string;
  readonly userAgent?: string;
  /** Instead of the administrator's certificate. */
  readonly token?: string;
}

/** A practice cluster behind real HTTPS, asked with the administrator's certificate. */
export interface ServedCluster {
  readonly cluster: PracticeCluster;
  readonly kubeconfig: string;
  readonly port: number;
  readonly authority: string;
  readonly administrator: { readonly certificate: string; readonly key: string };
  send(path: string, sending?: Sending): Promise<Answer>;
  stop(): Promise<void>;
}

export async function startServedCluster(clock: Clock = systemClock): Promise<ServedCluster> {
  const certificates = loadCertificates(undefined, Date.now());
  const cluster = createPracticeCluster({ clock, rootCertificate: certificates.authority.certificate });
  const server = await serve(cluster, certificates, 0);
  const identity = { cert: certificates.administrator.certificate, key: certificates.administrator.key };
  const agent = new Agent({ keepAlive: true, ca: certificates.authority.certificate, ...identity });
  const anonymous = new Agent({ keepAlive: true, ca: certificates.authority.certificate });
  const send = (path: string, sending: Sending = {}) =>
    answerTo(server.port, sending.token === undefined ? agent : anonymous, path, sending);
  return {
    cluster,
    port: server.port,
    authority: certificates.authority.certificate,
    administrator: certificates.administrator,
    kubeconfig: kubeconfigText(certificates, server.port, "test"),
    send,
    stop: async () => {
      agent.destroy();
      anonymous.destroy();
      cluster.dispose();
      await server.close();
    },
  };
}

function answerTo(port: number, agent: Agent, path: string, sending: Sending): Promise<Answer> {
  const {
    method = sending.body ? "POST" : "GET",
    body,
    type = "application/json",
    accept,
    token,
    userAgent,
  } = sending;
  const sent = body ? JSON.stringify(body) : undefined;
  return new Promise((resolve, reject) => {
    const headers = {
      ...(sent ? { "content-type": type, "content-length": Buffer.byteLength(sent) } : {}),
      ...(accept ? { accept } : {}),
      ...(userAgent ? { "user-agent": userAgent } : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    };
    const outgoing = request({ host: "127.0.0.1", port, path, method, agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const warnings = [response.headers.warning ?? []].flat();
        resolve({ code: response.statusCode ?? 0, body: parsed(text), text, warnings });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(sent);
  });
}

function parsed(text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return {};
  }
}
