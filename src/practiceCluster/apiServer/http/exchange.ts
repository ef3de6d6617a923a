import type { IncomingMessage, ServerResponse } from "node:http";
import { stringify } from "yaml";
import type { Json } from "../../../common/kubernetes/objects.ts";
import { ApiError } from "../../api/apiError.ts";
import { StorageUnavailable } from "../../storage/journal.ts";

/** One request and its answer, with what was found out about it on the way. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly user: User;
}

/** Who a client certificate or token belongs to. */
export interface User {
  readonly name: string;
  readonly groups: readonly string[];
  readonly uid?: string;
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Answers with JSON, or YAML where that is asked for first; `warnings` go into Warning headers (RFC 7234, code 299), as
 * kubectl prints them.
 */
export function answerJson(
  response: ServerResponse,
  code: number,
  body: Json | object,
  warnings: readonly string[] = [],
): void {
  const isYaml = wantsYaml(response.req);
  const text = isYaml ? yamlText(body) : jsonText(body, response.req);
  if (warnings.length > 0) {
    setWarnings(response, warnings);
  }
  response.writeHead(code, {
    "content-type": isYaml ? "application/yaml" : "application/json",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

/** Has the answer warn, whatever it will be. */
export function setWarnings(response: ServerResponse, warnings: readonly string[]): void {
  response.setHeader(
    "Warning",
    warnings.map((text) => headerBytes(`299 - ${JSON.stringify(text)}`)),
  );
}

/** Text as a header carries it: its UTF-8 bytes, one character each. */
function headerBytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/**
 * A fault of ours as a Status. What it was is told where whoever mends it will look: in the process' own log (of a folder that
 * cannot be written it is told once).
 */
export function internalError(error: unknown): ApiError {
  if (!(error instanceof StorageUnavailable)) {
    console.error(error instanceof Error ? error.stack : error);
  }
  const message = error instanceof Error ? error.message : String(error);
  return new ApiError(500, "InternalError", `Internal error occurred: ${message}`);
}

function wantsYaml({ headers }: IncomingMessage): boolean {
  const [first = ""] = (headers.accept ?? "").split(",");
  return first.split(";")[0]?.trim() === "application/yaml";
}

function yamlText(body: Json | object): string {
  return stringify(body, { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false });
}

function jsonText(body: Json | object, request: IncomingMessage): string {
  return wantsIndentation(request) ? JSON.stringify(body, undefined, 2) : `${JSON.stringify(body)}\n`;
}

/** Browsers and command-line clients get JSON for people to read, unless `pretty` says otherwise (negotiation.isPrettyPrint). */
function wantsIndentation({ url = "", headers }: IncomingMessage): boolean {
  const pretty = /[?&]pretty=([^&]*)/.exec(url)?.[1];
  if (pretty) {
    return ["1", "t", "T", "TRUE", "true", "True"].includes(pretty);
  }
  return /^(curl|Wget|Mozilla\/5\.0)/.test(headers["user-agent"] ?? "");
}

/** Answers a refusal with its Status; anything that is no ApiError is a fault of ours (500). */
export function answerError(response: ServerResponse, error: unknown): void {
  const refusal = error instanceof ApiError ? error : internalError(error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { retryAfterSeconds } = refusal.status.details ?? {};
  if (retryAfterSeconds !== undefined) {
    response.setHeader("Retry-After", retryAfterSeconds);
  }
  answerJson(response, refusal.code, refusal.status);
}
