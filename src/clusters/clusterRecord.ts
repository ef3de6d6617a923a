import { readFile } from "node:fs/promises";
import * as v from "valibot";
import writeFileAtomic from "write-file-atomic";
import type { ClusterIdentity } from "./cluster.ts";

const recordSchema = v.object({
  certificateAuthority: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  kubeSystemUid: v.pipe(v.string(), v.minLength(1)),
});

/** The identity that was written down when the cluster was made; undefined when none was, or it is torn. */
export async function readRecord(path: string): Promise<ClusterIdentity | undefined> {
  try {
    return v.parse(recordSchema, JSON.parse(await readFile(path, "utf8")));
  } catch {
    return undefined;
  }
}

export async function writeRecord(path: string, identity: ClusterIdentity): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(identity, null, 2)}\n`, { mode: 0o600 });
}
