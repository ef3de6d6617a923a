import { platform } from "node:process";
import type { Disposable } from "../common/disposable.ts";
import { Discovery } from "./apiServer/discovery/discovery.ts";
import { type ListeningServer, listen } from "./apiServer/http/httpServer.ts";
import { ResourceHandler } from "./apiServer/http/resourceHandler.ts";
import { route } from "./apiServer/http/router.ts";
import { refusals } from "./apiServer/requests/errors.ts";
import { definitions } from "./apiServer/resources/index.ts";
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
  const discovery = new Discovery(definitions);
  const resources = new ResourceHandler(cluster.pipeline, () => cluster.whenStored());
  let address = "";
  const server = await listen({
    authority: certificates.authority.certificate,
    serverCertificate: certificates.server,
    port,
    userOfToken: () => undefined,
    handle: (exchange) =>
      route({ discovery, resources, actions: async () => false, version, address: () => address }, exchange),
    upgrade: async () => {
      throw refusals.noSuchResource();
    },
  });
  address = `127.0.0.1:${server.port}`;
  return { ...server, dispose: () => void server.close() };
}
