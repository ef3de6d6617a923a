import type { JsonObject } from "../../../common/kubernetes/objects.ts";
import type { Discovery } from "../discovery/discovery.ts";
import { openApiDocument, openApiIndex, openApiV2 } from "../openapi/index.ts";
import { refusals } from "../requests/errors.ts";
import type { ResourceRegistry } from "../resources/registry.ts";
import { answerJson, type Exchange } from "./exchange.ts";
import { wantsAggregatedDiscovery } from "./mediaType.ts";
import { answerPage, type PageOptions } from "./pages.ts";
import { parseResourcePath, type ResourcePath } from "./requestPath.ts";
import type { ResourceHandler } from "./resourceHandler.ts";
import { answerSnapshots, type SnapshotOptions } from "./snapshotPages.ts";

/** Serves a subresource that is an action of its own (binding, eviction, log, exec without upgrade, token). */
export type ActionHandler = (exchange: Exchange, path: ResourcePath) => Promise<boolean>;

export interface RouterOptions {
  readonly discovery: Discovery;
  readonly registry: ResourceRegistry;
  readonly resources: ResourceHandler;
  readonly actions: ActionHandler;
  readonly pages: PageOptions;
  readonly snapshots: SnapshotOptions;
  readonly version: JsonObject;
  /** host:port, as /api names it. */
  readonly address: () => string;
}

/** Sends each request to what answers it. Throws ApiError. */
export async function route(options: RouterOptions, exchange: Exchange): Promise<void> {
  const path = exchange.url.pathname.replace(/\/+$/, "") || "/";
  if (
    answerPage(options.pages, exchange, path) ||
    answerDiscovery(options, exchange, path) ||
    answerOpenApi(options, exchange, path)
  ) {
    return;
  }
  if (await answerSnapshots(options.snapshots, exchange, path)) {
    return;
  }
  const named = parseResourcePath(path);
  const definition = named && options.registry.find(named.group, named.version, named.plural);
  if (named && definition) {
    if (await options.actions(exchange, named)) {
      return;
    }
    return options.resources.handle(exchange, definition, named);
  }
  if (isServedVersion(options, path)) {
    throw refusals.noSuchResource();
  }
  answerPageNotFound(exchange);
}

/** Below a version that is served an unknown resource is a Status; elsewhere there is nothing but a page. */
function isServedVersion({ discovery }: RouterOptions, path: string): boolean {
  const [, root, group = "", version = ""] = path.split("/");
  return root === "api" || (root === "apis" && discovery.resources(group, version) !== undefined);
}

function answerPageNotFound({ response }: Exchange): void {
  response.writeHead(404, {
    "content-type": "text/plain; charset=utf-8",
    "x-content-type-options": "nosniff",
  });
  response.end("404 page not found\n");
}

function answerDiscovery(options: RouterOptions, { request, response }: Exchange, path: string): boolean {
  if (request.method !== "GET") {
    return false;
  }
  const { discovery } = options;
  if (path === "/version") {
    answerJson(response, 200, options.version);
    return true;
  }
  if (path === "/api" || path === "/apis") {
    const isCore = path === "/api";
    if (wantsAggregatedDiscovery(request.headers.accept)) {
      response.setHeader(
        "content-type",
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
      );
      const text = JSON.stringify(discovery.aggregated(isCore ? "core" : "named"));
      response.end(text);
    } else {
      answerJson(response, 200, isCore ? discovery.coreVersions(options.address()) : discovery.groups());
    }
    return true;
  }
  const [, root, first = "", second, ...rest] = path.split("/");
  if (rest.length > 0) {
    return false;
  }
  const answer =
    root === "api" && second === undefined
      ? discovery.resources("", first)
      : root === "apis"
        ? second === undefined
          ? discovery.group(first)
          : discovery.resources(first, second)
        : undefined;
  if (answer) {
    answerJson(response, 200, answer);
  }
  return answer !== undefined;
}

const binarySwagger = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

function answerOpenApiV2({ registry }: RouterOptions, { request, response }: Exchange): void {
  const isBinary = (request.headers.accept ?? "").includes("proto-openapi.spec.v2");
  const body = openApiV2(registry.definitions, isBinary);
  response.writeHead(200, {
    "content-type": isBinary ? binarySwagger : "application/json",
    "content-length": body.length,
  });
  response.end(body);
}

function answerOpenApi(options: RouterOptions, exchange: Exchange, path: string): boolean {
  const { registry } = options;
  const { response } = exchange;
  if (path === "/openapi/v3") {
    answerJson(response, 200, openApiIndex(registry.definitions));
    return true;
  }
  if (path === "/openapi/v2") {
    answerOpenApiV2(options, exchange);
    return true;
  }
  if (!path.startsWith("/openapi/v3/")) {
    return false;
  }
  const document = openApiDocument(path.slice("/openapi/v3/".length), registry.definitions);
  if (document === undefined) {
    return false;
  }
  response.writeHead(200, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(document),
  });
  response.end(document);
  return true;
}
