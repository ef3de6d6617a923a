import { createHash, X509Certificate } from "node:crypto";
import { chmod, readFile, stat } from "node:fs/promises";
import * as v from "valibot";
import writeFileAtomic from "write-file-atomic";
import { parse, stringify } from "yaml";

const kubeconfigSchema = v.object({
  apiVersion: v.literal("v1"),
  kind: v.literal("Config"),
  "current-context": v.string(),
  clusters: v.pipe(
    v.array(
      v.object({
        name: v.string(),
        // strict: a proxy-url, another server name or a skipped check of the certificate would lead elsewhere
        cluster: v.strictObject({
          server: v.pipe(v.string(), v.url()),
          "certificate-authority-data": v.string(),
        }),
      }),
    ),
    v.length(1),
  ),
  users: v.pipe(
    v.array(
      v.object({
        name: v.string(),
        user: v.strictObject({ "client-certificate-data": v.string(), "client-key-data": v.string() }),
      }),
    ),
    v.length(1),
  ),
  contexts: v.pipe(
    v.array(
      v.object({
        name: v.string(),
        context: v.object({ cluster: v.string(), user: v.string(), namespace: v.optional(v.string()) }),
      }),
    ),
    v.length(1),
  ),
});

type KubeconfigContents = v.InferOutput<typeof kubeconfigSchema>;

/** The parts of a kubeconfig of ours: one cluster, one user, one context, everything inside the file. */
export interface LessonKubeconfig {
  readonly server: string;
  readonly certificateAuthority: Buffer;
  readonly clientCertificate: Buffer;
  readonly clientKey: Buffer;
  readonly namespace: string;
}

/**
 * Reads a kubeconfig that kind or the practice cluster wrote for us. Throws when it is not of that narrow form:
 * a file with several contexts, with files beside it or with an exec credential is not ours.
 */
export async function readLessonKubeconfig(path: string): Promise<LessonKubeconfig> {
  const contents = await readContents(path);
  const [cluster] = contents.clusters;
  const [user] = contents.users;
  const [context] = contents.contexts;
  if (!cluster || !user || !context) {
    throw new Error(`${path} names no cluster`);
  }
  return {
    server: cluster.cluster.server,
    certificateAuthority: Buffer.from(cluster.cluster["certificate-authority-data"], "base64"),
    clientCertificate: Buffer.from(user.user["client-certificate-data"], "base64"),
    clientKey: Buffer.from(user.user["client-key-data"], "base64"),
    namespace: context.context.namespace ?? "default",
  };
}

async function readContents(path: string): Promise<KubeconfigContents> {
  return v.parse(kubeconfigSchema, parse(await readFile(path, "utf8")));
}

/** Makes `namespace` the default of the file's only context. */
export async function setDefaultNamespace(path: string, namespace: string): Promise<void> {
  const contents = await readContents(path);
  const [context] = contents.contexts;
  if (context && context.context.namespace !== namespace) {
    context.context.namespace = namespace;
    await writeFileAtomic(path, stringify(contents, { lineWidth: 0 }), { mode: 0o600 });
  }
}

/** Takes away what others on the machine may do with the file: it holds the key of the cluster's administrator. */
export async function keepToOwner(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0 && process.platform !== "win32") {
    await chmod(path, 0o600);
  }
}

/** SHA-256 of a PEM certificate's DER form, hexadecimal. */
export function certificateFingerprint(pem: Buffer): string {
  return createHash("sha256").update(new X509Certificate(pem).raw).digest("hex");
}
