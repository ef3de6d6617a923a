import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { parseDocument } from "yaml";
import type { Clock } from "../../../common/clock.ts";
import type { Json } from "../../../common/kubernetes/objects.ts";
import { ApiError } from "../../api/apiError.ts";
import { refusals } from "../requests/errors.ts";
import { decodeProtobuf } from "../schema/protobuf.ts";
import { readGoJson } from "./goJsonProblem.ts";

/** The API server's own limit on a request's body. */
const limitBytes = 3 * 1024 * 1024;

/** How long a request may take in all, which here is how slowly its body may come (the server's --request-timeout). */
const timeLimitMs = 60_000;
/** Who is refused while he still sends has so long to read why; then the connection is cut off. */
const lingerMs = 1_000;

/** Reads a body of at most 3 MiB. Throws 413, 504 when it does not come in time, 400 when the client is gone before. */
export async function readBody(request: IncomingMessage, clock: Clock): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  const over = new AbortController();
  const timer = clock.after(timeLimitMs, () => over.abort());
  const take = (chunk: Buffer) => {
    length += chunk.length;
    if (length > limitBytes) {
      over.abort();
    } else {
      chunks.push(chunk);
    }
  };
  request.on("data", take);
  // a client that goes away is an end as well
  request.on("error", () => undefined);
  try {
    await ended(request, over.signal);
  } finally {
    timer.cancel();
    request.off("data", take);
  }
  if (over.signal.aborted) {
    discard(request, clock);
    throw length > limitBytes
      ? new ApiError(413, "RequestEntityTooLarge", `Request entity too large: limit is ${limitBytes}`)
      : new ApiError(504, "Timeout", "Timeout: request did not complete within the allotted timeout", {});
  }
  if (!request.complete) {
    throw refusals.badRequest("unexpected EOF");
  }
  return Buffer.concat(chunks);
}

/** Resolves when nothing more comes, or nothing more is wanted. */
function ended(request: IncomingMessage, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    for (const event of ["end", "close", "error"]) {
      request.once(event, () => resolve());
    }
    over.addEventListener("abort", () => resolve(), { once: true });
  });
}

function discard(request: IncomingMessage, clock: Clock): void {
  request.resume();
  // one stream of HTTP/2, or the whole connection of HTTP/1.1
  const sender = "stream" in request ? (request.stream as Duplex) : request;
  const cut = clock.after(lingerMs, () => sender.destroy());
  sender.once("close", () => cut.cancel());
}

export interface ReadBody {
  readonly value: Json;
  /** Paths of keys that came more than once: the last one counts. */
  readonly duplicates: readonly string[];
}

/** As `parseBody`, with what came twice. */
export function parseObjectBody(body: Buffer, contentType: string | undefined): ReadBody {
  return typeOf(contentType) === "application/json"
    ? parseJson(body)
    : { value: parseBody(body, contentType), duplicates: [] };
}

/** A body as JSON, YAML or protobuf. Throws 400 for one that cannot be read, 415 for another type. */
export function parseBody(body: Buffer, contentType: string | undefined): Json {
  switch (typeOf(contentType)) {
    case "application/json":
      return parseJson(body).value;
    case "application/yaml":
      return parseYaml(body.toString("utf8"));
    case "application/vnd.kubernetes.protobuf":
      return decodeProtobuf(body);
    default:
      throw new ApiError(
        415,
        "UnsupportedMediaType",
        `the body of the request was in an unknown format - accepted media types include: ${bodyTypes.join(", ")}`,
      );
  }
}

const bodyTypes = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];

/** Without parameters; a body without a type is JSON. */
function typeOf(contentType: string | undefined): string {
  return contentType ? (contentType.split(";")[0] ?? "").trim().toLowerCase() : "application/json";
}

function parseJson(body: Buffer): ReadBody {
  const { problem, duplicates } = readGoJson(body);
  if (problem) {
    throw refusals.badRequest(
      `the object provided is unrecognized (must be of type Status): couldn't get version/kind; json parse error: ${problem}`,
    );
  }
  return { value: JSON.parse(body.toString("utf8")) as Json, duplicates };
}

function parseYaml(text: string): Json {
  const document = parseDocument(text, { uniqueKeys: true });
  const [problem] = document.errors;
  if (problem) {
    throw refusals.badRequest(`error decoding YAML: ${problem.message}`);
  }
  try {
    return document.toJS({ maxAliasCount: 100 }) as Json;
  } catch (error) {
    // an alias without an anchor, or so many that the text would stand for gigabytes
    throw refusals.badRequest(
      `error decoding YAML: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
