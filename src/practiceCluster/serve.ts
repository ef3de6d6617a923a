import { platform } from "node:process";
import type { Disposable } from "../common/disposable.ts";
import { impersonatedUser } from "./apiServer/authentication/impersonation.ts";
import { attributesOf } from "./apiServer/authorization/requestAttributes.ts";
import { requireAllowed } from "./apiServer/authorization/requireAllowed.ts";
import { Discovery } from "./apiServer/discovery/discovery.ts";
import { type ListeningServer, listen } from "./apiServer/http/httpServer.ts";
import { parseResourcePath } from "./apiServer/http/requestPath.ts";
import { ResourceHandler } from "./apiServer/http/resourceHandler.ts";
import { type ActionHandler, route } from "./apiServer/http/router.ts";
import { refusals } from "./apiServer/requests/errors.ts";
import { definitions } from "./apiServer/resources/index.ts";
import { upgradeToExec } from "./apiServer/streaming/execHandler.ts";
import { answerLog } from "./apiServer/streaming/logHandler.ts";
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

/** Serves a cluster over HTTPS on 127.0.0.1. Throws with EADDRINUSE when the port is taken. */
export async function serve(
  cluster: PracticeCluster,
  certificates: ClusterCertificates,
  port: number,
): Promise<ListeningServer & Disposable> {
  const { pipeline } = cluster;
  const discovery = new Discovery(definitions);
  const resources = new ResourceHandler(pipeline, () => cluster.whenStored());
  const actions: ActionHandler = async (exchange, path) => {
    if (path.plural !== "pods" || path.subresource !== "log" || exchange.request.method !== "GET") {
      return false;
    }
    await answerLog(pipeline, cluster.nodeRuntime, exchange, path);
    return true;
  };
  let address = "";
  const server = await listen({
    authority: certificates.authority.certificate,
    serverCertificate: certificates.server,
    port,
    userOfToken: (token) => pipeline.tokens.userOf(pipeline, token, pipeline.clock.now()),
    handle: (received) => {
      const exchange = { ...received, user: impersonatedUser(pipeline, received) };
      const { request, url, user } = exchange;
      requireAllowed(pipeline, user, attributesOf(request.method ?? "GET", url));
      return route({ discovery, resources, actions, version, address: () => address }, exchange);
    },
    upgrade: async (received, socket, head) => {
      const exchange = { ...received, user: impersonatedUser(pipeline, received) };
      requireAllowed(pipeline, exchange.user, attributesOf("POST", exchange.url));
      const path = parseResourcePath(exchange.url.pathname);
      if (path?.plural !== "pods" || !["exec", "attach"].includes(path.subresource ?? "")) {
        throw refusals.noSuchResource();
      }
      await upgradeToExec(pipeline, cluster.nodeRuntime, exchange, path, socket, head);
    },
  });
  address = `127.0.0.1:${server.port}`;
  return { ...server, dispose: () => void server.close() };
}
