import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type KeyPair,
  makeAuthority,
  makeClientCertificate,
  makeServerCertificate,
} from "../apiServer/certificates/certificates.ts";

/** The cluster's certificates: they are its identity and outlive its process. */
export interface ClusterCertificates {
  readonly authority: KeyPair;
  readonly server: KeyPair;
  readonly administrator: KeyPair;
}

const authorityName = "kubernetes";
const fileName = "certificates.json";

/** Reads the certificates from the data folder, or makes them there; without a folder they are made anew. */
export function loadCertificates(dataFolder: string | undefined, now: number): ClusterCertificates {
  if (dataFolder === undefined) {
    return makeCertificates(now);
  }
  const path = join(dataFolder, fileName);
  if (existsSync(path)) {
    return JSON.parse(readFileSync(path, "utf8")) as ClusterCertificates;
  }
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const made = makeCertificates(now);
  // beside and then in place: half a file would be no identity at all
  writeFileSync(`${path}.new`, JSON.stringify(made), { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return made;
}

function makeCertificates(now: number): ClusterCertificates {
  const authority = makeAuthority(authorityName, now);
  const administrator = { commonName: "kubernetes-admin", organization: "kubeadm:cluster-admins" };
  return {
    authority,
    server: makeServerCertificate(authority, authorityName, now),
    administrator: makeClientCertificate(authority, authorityName, administrator, now),
  };
}
