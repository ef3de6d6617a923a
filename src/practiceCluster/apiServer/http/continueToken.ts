import { refusals } from "../requests/errors.ts";
import { goJsonProblem } from "./goJsonProblem.ts";

/** Where a paged list goes on. */
export interface ContinueToken {
  /** Below 0: at the present. */
  readonly revision: number;
  /** The first key that was not given yet. */
  readonly start: string;
}

const version = "meta.k8s.io/v1";

/** The token of a page whose last object has this key (apiserver's storage.EncodeContinue). */
export function encodeContinue(revision: number, lastKey: string): string {
  return encodeContinueAt(revision, `${lastKey}\0`);
}

/** The token of a page that begins at a key. */
export function encodeContinueAt(revision: number, start: string): string {
  return Buffer.from(JSON.stringify({ v: version, rv: revision, start })).toString("base64url");
}

/** Throws 400 for what is no token of this server's. */
export function decodeContinue(token: string): ContinueToken {
  const { v, rv, start } = readToken(token);
  if (v !== version) {
    throw invalid(`continue key is not valid: server does not recognize this encoded version ${v ?? ""}`);
  }
  if (typeof rv !== "number" || rv === 0) {
    throw invalid(`continue key is not valid: incorrect encoded start resourceVersion (version ${version})`);
  }
  if (typeof start !== "string" || start === "") {
    throw invalid(`continue key is not valid: encoded start key empty (version ${version})`);
  }
  if (start.split("/").some((part) => part === "" || part === "." || part === "..")) {
    throw invalid(`continue key is not valid: ${start}`);
  }
  return { revision: rv, start };
}

function readToken(token: string): Record<string, unknown> {
  const bad = token.search(/[^A-Za-z0-9_-]/);
  if (bad >= 0 || token.length % 4 === 1) {
    throw invalid(
      `continue key is not valid: illegal base64 data at input byte ${bad >= 0 ? bad : token.length - 1}`,
    );
  }
  const bytes = Buffer.from(token, "base64url");
  const problem = goJsonProblem(bytes);
  if (problem) {
    throw invalid(`continue key is not valid: ${problem}`);
  }
  const value: unknown = JSON.parse(bytes.toString("utf8"));
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function invalid(why: string) {
  return refusals.badRequest(`invalid continue token: ${why}`);
}
