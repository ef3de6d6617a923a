import type { IncomingMessage } from "node:http";
import { parseDocument } from "yaml";
import type { Json } from "../../../common/kubernetes/objects.ts";
import { ApiError } from "../../api/apiError.ts";
import { refusals } from "../requests/errors.ts";
import { decodeProtobuf } from "../schema/protobuf.ts";
import { readGoJson } from "./goJsonProblem.ts";

/** The API server's own limit on a request's body. */
const limitBytes = 3 * 1024 * 1024;

/** Reads a body of at most 3 MiB. Throws 413. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limitBytes) {
      throw new ApiError(413, "RequestEntityTooLarge", `Request entity too large: limit is ${limitBytes}`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export interface ReadBody {
  readonly value: Json;
  /** Paths of keys that came more than once: the last one counts. */
  readonly duplicates: readonly string[];
}

/** As `parseBody`, with what came twice. */
export function parseObjectBody(body: Buffer, contentType: string | undefined): ReadBody {
  const [type = ""] = (contentType ?? "application/json").split(";");
  if (type.includes("protobuf") || type.includes("yaml")) {
    return { value: parseBody(body, contentType), duplicates: [] };
  }
  return parseJson(body);
}

/** A body as JSON, YAML or protobuf. Throws 400 for one that cannot be read. */
export function parseBody(body: Buffer, contentType: string | undefined): Json {
  const [type = ""] = (contentType ?? "application/json").split(";");
  if (type.includes("protobuf")) {
    return decodeProtobuf(body);
  }
  return type.includes("yaml") ? parseYaml(body.toString("utf8")) : parseJson(body).value;
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
  return document.toJS({ maxAliasCount: 100 }) as Json;
}
