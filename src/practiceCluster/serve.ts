import { platform } from "node:process";
import type { TLSSocket } from "node:tls";
import type { Disposable } from "../common/disposable.ts";
import { pods } from "./api/resources.ts";
import { audited } from "./apiServer/audit/auditedExchange.ts";
import { impersonatedUser } from "./apiServer/authentication/impersonation.ts";
import { attributesOf } from "./apiServer/authorization/requestAttributes.ts";
import { requireAllowed } from "./apiServer/authorization/requireAllowed.ts";
import { Discovery } from "./apiServer/discovery/discovery.ts";
import type { Exchange } from "./apiServer/http/exchange.ts";
import { type ListeningServer, listen } from "./apiServer/http/httpServer.ts";
import { auditPath } from "./apiServer/http/pages.ts";
import { parseResourcePath } from "./apiServer/http/requestPath.ts";
import { ResourceHandler } from "./apiServer/http/resourceHandler.ts";
import { type ActionHandler, route } from "./apiServer/http/router.ts";
import type { SnapshotOptions } from "./apiServer/http/snapshotPages.ts";
import { metricsText } from "./apiServer/metrics/metricsText.ts";
import { RequestMetrics } from "./apiServer/metrics/requestMetrics.ts";
import { refusals } from "./apiServer/requests/errors.ts";
import { upgradeToExec } from "./apiServer/streaming/execHandler.ts";
import { answerLog } from "./apiServer/streaming/logHandler.ts";
import { upgradeToPortForward } from "./apiServer/streaming/portForwardHandler.ts";
import { answerProxy } from "./apiServer/streaming/proxyHandler.ts";
import type { ClusterCertificates } from "./bootstrap/identityFiles.ts";
import type { PracticeCluster } from "./cluster.ts";

/**
 * What `kubectl version` shows: the API's version that is implemented, and, in the platform and the compiler, that this
 * is the practice cluster.
 */
const version = {
  major: "1",
  minor: "36",
  emulationMajor: "1",
  emulationMinor: "36",
  minCompatibilityMajor: "1",
  minCompatibilityMinor: "35",
  gitVersion: "v1.36.3",
  gitCommit: "",
  gitTreeState: "clean",
  buildDate: "2026-01-01T00:00:00Z",
  goVersion: `node ${process.version}`,
  compiler: "statefulset-dojo",
  platform: `practice/${platform}`,
};

/** A cluster without a data folder has nothing to go back to. */
const inMemory = { snapshots: undefined, endToReturn: () => undefined };

/** Serves a cluster over HTTPS on 127.0.0.1. Throws with EADDRINUSE when the port is taken. */
export async function serve(
  cluster: PracticeCluster,
  certificates: ClusterCertificates,
  port: number,
  returning: Pick<SnapshotOptions, "snapshots" | "endToReturn"> = inMemory,
): Promise<ListeningServer & Disposable> {
  const { pipeline, registry } = cluster;
  const discovery = new Discovery(registry);
  const resources = new ResourceHandler(pipeline, () => cluster.whenStored());
  const actions: ActionHandler = async (exchange, path) => {
    const { plural, subresource } = path;
    if (subresource === "proxy" && (plural === "pods" || plural === "services")) {
      await answerProxy(pipeline, cluster.nodeRuntime, exchange, path);
      return true;
    }
    if (plural === "pods" && subresource === "log" && exchange.request.method === "GET") {
      await answerLog(pipeline, cluster.nodeRuntime, exchange, path);
      return true;
    }
    if (plural === "pods" && ["exec", "attach", "portforward"].includes(subresource ?? "")) {
      pipeline.get(pods, { namespace: path.namespace, name: path.name ?? "" });
      throw refusals.badRequest("Upgrade request required");
    }
    return false;
  };
  const upgrade = async (exchange: Omit<Exchange, "response">, socket: TLSSocket, head: Buffer) => {
    const path = parseResourcePath(exchange.url.pathname);
    if (path?.plural === "pods" && path.subresource === "portforward") {
      await upgradeToPortForward(pipeline, cluster.nodeRuntime, exchange, path, socket, head);
      return;
    }
    if (path?.plural !== "pods" || !["exec", "attach"].includes(path.subresource ?? "")) {
      throw refusals.noSuchResource();
    }
    await upgradeToExec(pipeline, cluster.nodeRuntime, exchange, path, socket, head);
  };
  let address = "";
  const metrics = new RequestMetrics();
  const auditing = { log: cluster.auditLog, metrics, clock: pipeline.clock };
  const pages = {
    auditLog: cluster.auditLog,
    metrics: () => metricsText(metrics, pipeline.store, registry.definitions, version),
    checks: [
      { name: "ping", isOk: () => true },
      { name: "log", isOk: () => true },
      { name: "storage", isOk: () => cluster.storageProblem() === undefined },
    ],
  };
  const { store } = pipeline;
  const snapshots = {
    ...returning,
    stateNow: () => ({ revision: store.revision, objects: store.everything() }),
    whenStored: () => cluster.whenStored(),
  };
  const routing = {
    ...{ discovery, registry, resources, actions, pages, snapshots, version },
    address: () => address,
  };
  const server = await listen({
    authority: certificates.authority.certificate,
    serverCertificate: certificates.server,
    port,
    userOfToken: (token) => pipeline.tokens.userOf(pipeline, token, pipeline.clock.now()),
    handle: async (received) => {
      const attributes = attributesOf(received.request.method ?? "GET", received.url);
      const answer = async (exchange: Exchange) => {
        requireAllowed(pipeline, exchange.user, attributes);
        requireStorage(cluster, exchange);
        await route(routing, exchange);
        return exchange.response.statusCode;
      };
      const exchange = { ...received, user: impersonatedUser(pipeline, received) };
      await (received.url.pathname === auditPath
        ? answer(exchange)
        : audited(auditing, exchange, attributes, () => answer(exchange)));
    },
    upgrade: async (received, socket, head) => {
      const exchange = { ...received, user: impersonatedUser(pipeline, received) };
      const attributes = attributesOf("POST", exchange.url);
      await audited(auditing, exchange, attributes, async () => {
        requireAllowed(pipeline, exchange.user, attributes);
        await upgrade(exchange, socket, head);
        return 101;
      });
    },
  });
  address = `127.0.0.1:${server.port}`;
  return { ...server, dispose: () => void server.close() };
}

/** What cannot be stored is not begun. Throws. */
function requireStorage(cluster: PracticeCluster, { request }: Exchange): void {
  const problem = cluster.storageProblem();
  if (problem && request.method !== "GET" && request.method !== "HEAD") {
    throw problem;
  }
}
