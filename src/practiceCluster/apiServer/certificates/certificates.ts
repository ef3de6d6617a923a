import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import {
  bitString,
  boolean,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  tagged,
  utcTime,
  utf8String,
} from "./der.ts";

/** A certificate and its key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface Subject {
  readonly commonName: string;
  readonly organization?: string;
}

const validForMs = 10 * 365 * 24 * 3600 * 1000;
/** So that a clock that goes a little wrong does not refuse a certificate that was just made. */
const backdatedMs = 3600 * 1000;

const oids = {
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  commonName: "2.5.4.3",
  organization: "2.5.4.10",
  basicConstraints: "2.5.29.19",
  keyUsage: "2.5.29.15",
  extendedKeyUsage: "2.5.29.37",
  subjectAlternativeName: "2.5.29.17",
  serverAuthentication: "1.3.6.1.5.5.7.3.1",
  clientAuthentication: "1.3.6.1.5.5.7.3.2",
};

/** A new self-signed authority. */
export function makeAuthority(commonName: string, now: number): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const extensions = [
    extension(oids.basicConstraints, sequence(boolean(true)), true),
    extension(oids.keyUsage, bitString(Buffer.from([0b10100100]), 2), true),
  ];
  const subject = { commonName };
  return pem(
    certificate({ subject, issuer: subject, publicKey, signer: privateKey, extensions, now }),
    privateKey,
  );
}

/** The API server's certificate: good for 127.0.0.1, localhost and the names Pods use. */
export function makeServerCertificate(authority: KeyPair, issuer: string, now: number): KeyPair {
  const names = [
    "localhost",
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
  ];
  const addresses = [
    [127, 0, 0, 1],
    [10, 96, 0, 1],
  ];
  const alternatives = sequence(
    ...names.map((name) => tagged(2, Buffer.from(name, "ascii"), false)),
    ...addresses.map((address) => tagged(7, Buffer.from(address), false)),
  );
  return issue(authority, issuer, { commonName: "kube-apiserver" }, now, [
    extension(oids.extendedKeyUsage, sequence(objectIdentifier(oids.serverAuthentication)), false),
    extension(oids.subjectAlternativeName, alternatives, false),
  ]);
}

/** A client's certificate: the common name is the user, the organization the group. */
export function makeClientCertificate(
  authority: KeyPair,
  issuer: string,
  subject: Subject,
  now: number,
): KeyPair {
  return issue(authority, issuer, subject, now, [
    extension(oids.extendedKeyUsage, sequence(objectIdentifier(oids.clientAuthentication)), false),
  ]);
}

function issue(
  authority: KeyPair,
  issuerName: string,
  subject: Subject,
  now: number,
  extensions: readonly Buffer[],
): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const signer = createPrivateKey(authority.key);
  const issuer = { commonName: issuerName };
  return pem(certificate({ subject, issuer, publicKey, signer, extensions, now }), privateKey);
}

interface CertificateParts {
  readonly subject: Subject;
  readonly issuer: Subject;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly extensions: readonly Buffer[];
  readonly now: number;
}

/** RFC 5280 Certificate, version 3, signed with ECDSA over P-256. */
function certificate({ subject, issuer, publicKey, signer, extensions, now }: CertificateParts): Buffer {
  const algorithm = sequence(objectIdentifier(oids.ecdsaWithSha256));
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x01;
  const toBeSigned = sequence(
    tagged(0, integer(Buffer.from([2])), true),
    integer(serial),
    algorithm,
    distinguishedName(issuer),
    sequence(utcTime(now - backdatedMs), utcTime(now + validForMs)),
    distinguishedName(subject),
    publicKey.export({ type: "spki", format: "der" }),
    tagged(3, sequence(...extensions), true),
  );
  return sequence(toBeSigned, algorithm, bitString(sign("sha256", toBeSigned, signer)));
}

function distinguishedName({ commonName, organization }: Subject): Buffer {
  const attribute = (oid: string, value: string) => set(sequence(objectIdentifier(oid), utf8String(value)));
  return sequence(
    ...(organization ? [attribute(oids.organization, organization)] : []),
    attribute(oids.commonName, commonName),
  );
}

function extension(oid: string, value: Buffer, critical: boolean): Buffer {
  return sequence(objectIdentifier(oid), ...(critical ? [boolean(true)] : []), octetString(value));
}

function pem(der: Buffer, key: KeyObject): KeyPair {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
    key: key.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}
