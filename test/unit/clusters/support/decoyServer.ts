import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { ClusterCertificates } from "../../../../src/practiceCluster/bootstrap/identityFiles.ts";
import { loadCertificates } from "../../../../src/practiceCluster/bootstrap/identityFiles.ts";
import { kubeconfigText } from "../../../../src/practiceCluster/bootstrap/kubeconfig.ts";

/** A server that pretends to be a learner's other cluster and writes down every request that reaches it. */
export interface DecoyServer {
  readonly port: number;
  /** "GET /api/v1/namespaces/kube-system", in order. */
  readonly requests: readonly string[];
  /** Connections that were opened, whether or not anything was sent. */
  connections(): number;
  /** The UID of kube-system that it answers with from now on; its connections are ended. */
  become(uid: string): void;
  /** A kubeconfig that leads here, with credentials that are accepted. */
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

/** A whole other cluster's API server: an authority of its own unless one is given, every answer 200. */
export function startDecoy(
  port = 0,
  certificates = loadCertificates(undefined, Date.now()),
): Promise<DecoyServer> {
  const { certificate: cert, key } = certificates.server;
  return listenAs((answer) => createServer({ cert, key }, answer), port, certificates);
}

/** A proxy as HTTPS_PROXY names one: whatever comes to it would have left the machine. */
export function startDecoyProxy(): Promise<DecoyServer> {
  return listenAs((answer) => createHttpServer(answer), 0, undefined);
}

async function listenAs(
  make: (
    answer: (request: IncomingMessage, response: ServerResponse) => void,
  ) => Server | ReturnType<typeof createHttpServer>,
  port: number,
  certificates: ClusterCertificates | undefined,
): Promise<DecoyServer> {
  const requests: string[] = [];
  let connections = 0;
  let uid = "decoy";
  const server = make((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(
      JSON.stringify({
        kind: "Namespace",
        apiVersion: "v1",
        metadata: { name: "kube-system", uid, resourceVersion: "1" },
        gitVersion: "v1.36.3",
      }),
    );
  });
  server.on("connection", () => {
    connections += 1;
  });
  server.on("connect", (request, socket) => {
    requests.push(`CONNECT ${request.url}`);
    socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const listening = (server.address() as AddressInfo).port;
  return {
    port: listening,
    requests,
    connections: () => connections,
    become(other) {
      uid = other;
      server.closeAllConnections();
    },
    kubeconfig: certificates ? kubeconfigText(certificates, listening, "decoy") : "",
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
