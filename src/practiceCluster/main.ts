import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "../common/clock.ts";
import { folderInUseExitCode } from "../common/exitCodes.ts";
import { systemReason } from "../common/systemReason.ts";
import type { ListeningServer } from "./apiServer/http/httpServer.ts";
import { DataFolderInUse, lockDataFolder } from "./bootstrap/dataFolderLock.ts";
import { loadCertificates } from "./bootstrap/identityFiles.ts";
import { IdleExit } from "./bootstrap/idleExit.ts";
import { kubeconfigText } from "./bootstrap/kubeconfig.ts";
import { createPracticeCluster } from "./cluster.ts";
import { serve } from "./serve.ts";
import { NamedSnapshots } from "./storage/namedSnapshots.ts";

const usage =
  "usage: practice-cluster --kubeconfig FILE [--nodes N] [--data DIR] [--port P] [--idle-exit MINUTES]\n" +
  "  --nodes N            so many workers beside the control plane (default: the control plane alone)\n" +
  "  --idle-exit MINUTES  end when no client was connected for so long (default: never)";

/** A week. */
const longestIdleMinutes = 10_080;

/** The options on the command line. Throws with a sentence about what is wrong. */
function readOptions() {
  const { values } = parseArgs({
    options: {
      kubeconfig: { type: "string" },
      nodes: { type: "string", default: "0" },
      data: { type: "string" },
      port: { type: "string", default: "0" },
      "idle-exit": { type: "string", default: "0" },
    },
  });
  if (!values.kubeconfig) {
    throw new Error("--kubeconfig FILE is missing: it names the file that the credentials are written to");
  }
  return {
    kubeconfig: resolve(values.kubeconfig),
    workers: wholeNumber("--nodes", values.nodes, 50),
    port: wholeNumber("--port", values.port, 65_535),
    idleMinutes: wholeNumber("--idle-exit", values["idle-exit"], longestIdleMinutes),
    dataFolder: values.data === undefined ? undefined : resolve(values.data),
  };
}

function wholeNumber(flag: string, text: string, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > most) {
    throw new Error(`${flag} takes a whole number from 0 to ${most}, not "${text}"`);
  }
  return value;
}

async function run(): Promise<void> {
  const options = readOptions();
  const lock = options.dataFolder === undefined ? undefined : lockDataFolder(options.dataFolder);
  const certificates = loadCertificates(options.dataFolder, Date.now());
  const snapshots = options.dataFolder === undefined ? undefined : new NamedSnapshots(options.dataFolder);
  const returned = snapshots?.returnAsPlanned();
  const cluster = createPracticeCluster({
    dataFolder: options.dataFolder,
    workers: options.workers,
    rootCertificate: certificates.authority.certificate,
    signingKey: certificates.authority.key,
  });
  for (const notice of [...(returned === undefined ? [] : [returned]), ...cluster.notices]) {
    console.error(notice);
  }
  const server = await serve(cluster, certificates, options.port, {
    snapshots,
    endToReturn: (name) => {
      console.error(`going back to the snapshot ${name}: ending, the next start is there`);
      stop();
    },
  });
  writeKubeconfig(options.kubeconfig, kubeconfigText(certificates, server.port, "practice"));
  const stop = () => {
    cluster.dispose();
    lock?.dispose();
    void server.close().then(() => process.exit(0));
  };
  lock?.onLost(() => {
    console.error("the data folder was removed: ending, because nothing can be kept any more");
    // the folder may be a new cluster's by now: nothing is written to it, nothing removed from it
    process.exit(1);
  });
  if (options.idleMinutes > 0) {
    endWhenIdle(server, options.idleMinutes, stop);
  }
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  // whoever started this may be gone by the time it says something
  process.stdout.on("error", () => undefined);
  console.log(`ready in ${Math.round(performance.now())} ms`);
}

function endWhenIdle(server: ListeningServer, minutes: number, stop: () => void): void {
  const idle = new IdleExit(minutes * 60_000, systemClock, () => {
    console.error(`no client was connected for ${minutes} minutes: ending, the state is kept`);
    stop();
  });
  server.onConnection((onEnd) => {
    idle.connected();
    onEnd(() => idle.disconnected());
  });
}

/** Beside and then in place: nobody ever reads half a file. */
function writeKubeconfig(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

function explain(error: unknown): string {
  if (error instanceof DataFolderInUse) {
    return error.message;
  }
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    return "the port is taken: name another --port, or none to let the practice cluster choose";
  }
  if (error instanceof Error && "path" in error) {
    return `${String(error.path)} cannot be used: ${systemReason(error)}`;
  }
  return `${error instanceof Error ? error.message : String(error)}\n${usage}`;
}

run().catch((error: unknown) => {
  console.error(explain(error));
  process.exit(error instanceof DataFolderInUse ? folderInUseExitCode : 1);
});
