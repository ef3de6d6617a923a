import { createHash } from "node:crypto";

const safeAlphabet = "bcdfghjklmnpqrstvwxz2456789";

/**
 * A short name part that depends on the data alone: eight to ten characters of the alphabet without vowels. The real
 * one hashes Go's memory form of the data, so the characters differ; that equal data give equal names does not.
 */
export function templateHash(data: unknown, collisionCount: number): string {
  const digest = createHash("sha256").update(canonicalText(data)).update(String(collisionCount)).digest();
  const decimal = String(digest.readUInt32BE(0));
  return [...decimal]
    .map((character) => safeAlphabet[character.charCodeAt(0) % safeAlphabet.length])
    .join("");
}

/** JSON with its keys in order, so that equal data have equal texts. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
