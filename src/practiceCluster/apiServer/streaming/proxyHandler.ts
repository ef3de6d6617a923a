import { type IncomingHttpHeaders, request as sendRequest } from "node:http";
import type { Duplex } from "node:stream";
import type { NodeRuntime } from "../../api/nodeRuntime.ts";
import type { Exchange } from "../http/exchange.ts";
import type { ResourcePath } from "../http/requestPath.ts";
import { refusals } from "../requests/errors.ts";
import type { Pipeline } from "../requests/pipeline.ts";
import { type ProxyTarget, podTarget, serviceTarget, unavailable } from "./proxyTarget.ts";

/** Of one connection only, or about who asks: they are not passed on. */
const keptBack = ["authorization", "connection", "host", "keep-alive", "transfer-encoding", "upgrade"];

/** Passes a request on to a Pod (pods/NAME/proxy, services/NAME/proxy) and its answer back. Throws 400, 404, 503. */
export async function answerProxy(
  pipeline: Pipeline,
  runtime: NodeRuntime,
  exchange: Exchange,
  { plural, namespace, name = "" }: ResourcePath,
): Promise<void> {
  if (namespace === undefined) {
    throw refusals.noSuchResource();
  }
  const target = (plural === "pods" ? podTarget : serviceTarget)(pipeline, namespace, name);
  const connection = await connectTo(runtime, namespace, target);
  await passOn(exchange, connection, restOf(exchange.url), target);
}

async function connectTo(runtime: NodeRuntime, namespace: string, target: ProxyTarget): Promise<Duplex> {
  try {
    return await runtime.connect(namespace, target.pod, target.port);
  } catch {
    const address = `${target.address}:${target.port}`;
    throw unavailable(`error trying to reach service: dial tcp ${address}: connect: connection refused`);
  }
}

/** What stands behind "/proxy", with the query. */
function restOf({ pathname, search }: URL): string {
  const [, rest = ""] = /^\/api\/v1\/namespaces\/[^/]+\/[^/]+\/[^/]+\/proxy(\/.*)?$/.exec(pathname) ?? [];
  return `${rest || "/"}${search}`;
}

function passOn(
  { request, response }: Exchange,
  connection: Duplex,
  path: string,
  target: ProxyTarget,
): Promise<void> {
  const { method = "GET" } = request;
  const headers = {
    ...passedHeaders(request.headers),
    host: `${target.address}:${target.port}`,
    connection: "close",
  };
  return new Promise((resolve, reject) => {
    const outgoing = sendRequest({ method, path, headers, createConnection: () => connection }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, passedHeaders(answer.headers));
      answer.pipe(response);
      answer.on("end", resolve);
      answer.on("error", () => response.destroy());
    });
    outgoing.on("error", (error) => reject(unavailable(`error trying to reach service: ${error.message}`)));
    response.on("close", () => {
      outgoing.destroy();
      resolve();
    });
    request.pipe(outgoing);
  });
}

function passedHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const entries = Object.entries(headers).filter(
    ([name]) => !keptBack.includes(name) && !name.startsWith(":") && !name.startsWith("impersonate-"),
  );
  return Object.fromEntries(entries);
}
