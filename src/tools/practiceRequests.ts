import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { parse } from "yaml";
import type { AuditEntry } from "../practiceCluster/apiServer/audit/auditLog.ts";
import { auditPath } from "../practiceCluster/apiServer/http/pages.ts";

export interface PracticeRequests {
  /** The sequence of the newest entry: ask for what comes after it next time. */
  readonly sequence: number;
  readonly items: readonly AuditEntry[];
}

/**
 * Asks a running practice cluster which requests it has answered after an entry (0: all that it keeps), so that a test can
 * say what reached the cluster. Takes the kubeconfig file that the cluster wrote. Throws when the cluster cannot be asked.
 */
export async function practiceRequests(
  kubeconfigFile: string,
  after = 0,
  source?: AuditEntry["source"],
): Promise<PracticeRequests> {
  const kubeconfig = parse(await readFile(kubeconfigFile, "utf8")) as Kubeconfig;
  const [{ cluster } = missing, { user } = missing] = [kubeconfig.clusters?.[0], kubeconfig.users?.[0]];
  const decoded = (text = "") => Buffer.from(text, "base64");
  const query = `after=${after}${source === undefined ? "" : `&source=${source}`}`;
  const identity = {
    ca: decoded(cluster?.["certificate-authority-data"]),
    cert: decoded(user?.["client-certificate-data"]),
    key: decoded(user?.["client-key-data"]),
  };
  const text = await read(`${cluster?.server}${auditPath}?${query}`, identity);
  return JSON.parse(text) as PracticeRequests;
}

interface Kubeconfig {
  readonly clusters?: readonly { readonly cluster?: Readonly<Record<string, string>> }[];
  readonly users?: readonly { readonly user?: Readonly<Record<string, string>> }[];
}

const missing: {
  readonly cluster?: Readonly<Record<string, string>>;
  readonly user?: Readonly<Record<string, string>>;
} = {};

function read(url: string, identity: { ca: Buffer; cert: Buffer; key: Buffer }): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, identity, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        if (response.statusCode === 200) {
          resolve(text);
        } else {
          reject(new Error(`the practice cluster answered ${response.statusCode}: ${text}`));
        }
      });
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}
