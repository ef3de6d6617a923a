import type { Json } from "../../../common/kubernetes/objects.ts";
import { goDump } from "./goDump.ts";

const safeAlphabet = "bcdfghjklmnpqrstvwxz2456789";
const fnvOffset = 0x811c9dc5;
const fnvPrime = 0x01000193;

/**
 * The name part that a Pod template gives its ReplicaSet or DaemonSet revision, the same as on a real cluster
 * (ComputeHash of controller_utils.go). `collisionCount`: undefined before the first collision.
 */
export function podTemplateHash(template: object | undefined, collisionCount: number | undefined): string {
  const text = Buffer.from(goDump("core/v1.PodTemplateSpec", (template ?? {}) as Json));
  const count = Buffer.alloc(collisionCount === undefined ? 0 : 8);
  if (collisionCount !== undefined) {
    count.writeUInt32LE(collisionCount);
  }
  let hash = fnvOffset;
  for (const byte of Buffer.concat([text, count])) {
    hash = Math.imul(hash ^ byte, fnvPrime) >>> 0;
  }
  return safeText(hash);
}

/** JSON with its keys in order, so that equal data have equal texts. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** The digits of a number in letters that form no words (apimachinery's SafeEncodeString). */
export function safeText(number: number): string {
  return [...String(number)]
    .map((character) => safeAlphabet[character.charCodeAt(0) % safeAlphabet.length])
    .join("");
}
