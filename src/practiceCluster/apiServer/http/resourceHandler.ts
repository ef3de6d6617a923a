import type { Clock } from "../../../common/clock.ts";
import type { Json, JsonObject, KubernetesObject, ObjectKey } from "../../../common/kubernetes/objects.ts";
import type { DeleteOptions, PatchType } from "../../api/apiClient.ts";
import { ApiError } from "../../api/apiError.ts";
import { type Action, actionOf } from "../actions/index.ts";
import type { RequestContext } from "../requests/context.ts";
import { refusals } from "../requests/errors.ts";
import type { Pipeline, WrittenPart } from "../requests/pipeline.ts";
import type { ResourceDefinition } from "../resources/definition.ts";
import { decodeObject } from "../schema/decode.ts";
import { parseBody, parseObjectBody, readBody } from "./body.ts";
import { answerJson, type Exchange, setWarnings } from "./exchange.ts";
import { includeObjectOf, listObjects, selectionOf } from "./listHandler.ts";
import { integer, readListOptions } from "./listOptions.ts";
import { type AnswerForm, negotiate } from "./mediaType.ts";
import { contextOf } from "./queryContext.ts";
import type { ResourcePath } from "./requestPath.ts";
import { readScale, writeScale } from "./scaleHandler.ts";
import { partialMetadataOf, tableOf } from "./tableAnswer.ts";
import { watchObjects } from "./watchHandler.ts";

const patchTypes: Readonly<Record<string, PatchType>> = {
  "application/json-patch+json": "json",
  "application/merge-patch+json": "merge",
  "application/strategic-merge-patch+json": "strategic",
  "application/apply-patch+yaml": "apply",
};

const writtenParts: Readonly<Record<string, WrittenPart>> = {
  status: "status",
  resize: "resize",
  ephemeralcontainers: "ephemeralcontainers",
  finalize: "object",
};

/** Serves one resource: get, list, watch, create, update, patch, delete, and the subresources that are parts of the object. */
export class ResourceHandler {
  readonly #pipeline: Pipeline;
  /** Called before a write is answered: it has to be on disk. */
  readonly #whenStored: () => Promise<void>;

  constructor(pipeline: Pipeline, whenStored: () => Promise<void>) {
    this.#pipeline = pipeline;
    this.#whenStored = whenStored;
  }

  /** Throws ApiError. */
  async handle(exchange: Exchange, definition: ResourceDefinition, path: ResourcePath): Promise<void> {
    requireNamespaceFits(definition, path);
    const answer = negotiate(exchange.request.headers.accept);
    if (!answer) {
      throw new ApiError(
        406,
        "NotAcceptable",
        "only the following media types are accepted: application/json, application/yaml",
      );
    }
    if (definition.answer && (exchange.request.method !== "POST" || path.name !== undefined)) {
      throw path.name === undefined ? refusals.methodNotAllowed() : refusals.noSuchResource();
    }
    const context = contextOf(exchange, this.#pipeline.clock.now());
    if (definition.deprecation) {
      context.warnings.push(definition.deprecation);
      setWarnings(exchange.response, context.warnings);
    }
    if (path.name === undefined) {
      await this.#handleCollection(exchange, definition, path, answer, context);
    } else {
      const key = { namespace: path.namespace, name: path.name };
      await this.#handleObject(exchange, definition, path, key, answer, context);
    }
  }

  async #handleCollection(
    exchange: Exchange,
    definition: ResourceDefinition,
    path: ResourcePath,
    answer: AnswerForm,
    context: RequestContext,
  ): Promise<void> {
    const { request, response, url } = exchange;
    const include = includeObjectOf(url.searchParams);
    switch (request.method) {
      case "GET":
        return this.#listOrWatch(exchange, definition, path, answer);
      case "POST": {
        const { object, warnings } = await this.#readObject(exchange, definition, context);
        context.warnings.push(...warnings);
        const created = this.#pipeline.create(definition.resource, object, path.namespace, context);
        return this.#answer(exchange, definition, created, answer, context, 201);
      }
      case "DELETE": {
        const options = await readDeleteOptions(exchange, this.#pipeline.clock);
        const listOptions = readListOptions(url.searchParams);
        const selection = selectionOf(path.namespace, undefined, listOptions);
        const answered = listObjects(this.#pipeline, definition, selection, listOptions, include, answer);
        for (const { metadata } of this.#pipeline.list(definition.resource, selection)) {
          const key = { namespace: metadata?.namespace, name: metadata?.name ?? "" };
          this.#pipeline.delete(definition.resource, key, options, context);
        }
        await this.#whenStored();
        answerJson(response, 200, answered);
        return;
      }
      default:
        throw refusals.methodNotAllowed();
    }
  }

  async #handleObject(
    exchange: Exchange,
    definition: ResourceDefinition,
    path: ResourcePath,
    key: ObjectKey,
    answer: AnswerForm,
    context: RequestContext,
  ): Promise<void> {
    const { request, url } = exchange;
    const { subresource } = path;
    if (subresource === "scale") {
      return this.#handleScale(exchange, definition, key, context);
    }
    const action = subresource === undefined ? undefined : actionOf(definition.resource, subresource);
    if (action) {
      return this.#act(exchange, definition, key, subresource ?? "", action, context);
    }
    const part = subresource === undefined ? "object" : writtenParts[subresource];
    if (!part || !servesSubresource(definition, subresource)) {
      throw refusals.noSuchResource();
    }
    switch (request.method) {
      case "GET":
        if (readListOptions(url.searchParams).isWatch) {
          return this.#listOrWatch(exchange, definition, path, answer);
        }
        return this.#answer(
          exchange,
          definition,
          this.#pipeline.get(definition.resource, key),
          answer,
          context,
          200,
        );
      case "PUT":
        return this.#put(exchange, definition, key, part, answer, context);
      case "PATCH":
        return this.#patch(exchange, definition, key, part, answer, context);
      case "DELETE":
        return this.#delete(exchange, definition, key, context);
      default:
        throw refusals.methodNotAllowed();
    }
  }

  #listOrWatch(
    { request, url, response }: Exchange,
    definition: ResourceDefinition,
    { namespace, name }: ResourcePath,
    answer: AnswerForm,
  ): void {
    const options = readListOptions(url.searchParams);
    const selection = selectionOf(namespace, name, options);
    const include = includeObjectOf(url.searchParams);
    if (options.isWatch) {
      const form = { ...answer, include, program: request.headers["user-agent"] ?? "" };
      watchObjects(this.#pipeline, definition, selection, options, form, response);
    } else {
      answerJson(response, 200, listObjects(this.#pipeline, definition, selection, options, include, answer));
    }
  }

  async #act(
    exchange: Exchange,
    definition: ResourceDefinition,
    key: ObjectKey,
    subresource: string,
    action: Action,
    context: RequestContext,
  ): Promise<void> {
    if (exchange.request.method !== "POST") {
      throw refusals.methodNotAllowed();
    }
    const described = (definition.subresources ?? []).find(({ name }) => name === subresource);
    const { kind = definition.resource.kind, group = "", version = "v1" } = described ?? {};
    const resource = { group, version, kind, resource: subresource, namespaced: true };
    const { object, warnings } = await this.#readObject(exchange, { ...definition, resource }, context);
    context.warnings.push(...warnings);
    const answer = action(this.#pipeline, key, object, context);
    await this.#whenStored();
    answerJson(exchange.response, 201, answer, context.warnings);
  }

  async #put(
    exchange: Exchange,
    definition: ResourceDefinition,
    key: ObjectKey,
    part: WrittenPart,
    answer: AnswerForm,
    context: RequestContext,
  ): Promise<void> {
    const { object, warnings } = await this.#readObject(exchange, definition, context);
    context.warnings.push(...warnings);
    const { name } = object.metadata ?? {};
    if (name !== key.name) {
      throw refusals.badRequest(
        `the name of the object (${name ?? ""}) does not match the name on the URL (${key.name})`,
      );
    }
    const updated = this.#pipeline.update(definition.resource, key, object, part, context);
    return this.#answer(exchange, definition, updated, answer, context, 200);
  }

  async #patch(
    exchange: Exchange,
    definition: ResourceDefinition,
    key: ObjectKey,
    part: WrittenPart,
    answer: AnswerForm,
    context: RequestContext,
  ): Promise<void> {
    const [contentType = ""] = (exchange.request.headers["content-type"] ?? "").split(";");
    const type = patchTypes[contentType];
    if (!type) {
      throw new ApiError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {});
    }
    const body = await readBody(exchange.request, this.#pipeline.clock);
    const patch = parseBody(body, type === "apply" ? "application/yaml" : "application/json");
    if (type !== "apply") {
      const patched = this.#pipeline.patch(definition.resource, key, type, patch, part, context);
      return this.#answer(exchange, definition, patched, answer, context, 200);
    }
    const force = exchange.url.searchParams.get("force") === "true";
    const { object, created } = this.#pipeline.apply(definition.resource, key, patch, force, part, context);
    return this.#answer(exchange, definition, object, answer, context, created ? 201 : 200);
  }

  async #delete(
    exchange: Exchange,
    definition: ResourceDefinition,
    key: ObjectKey,
    context: RequestContext,
  ): Promise<void> {
    const options = await readDeleteOptions(exchange, this.#pipeline.clock);
    const dryRun = context.dryRun || options.dryRun === true;
    const { object, gone } = this.#pipeline.delete(definition.resource, key, options, { ...context, dryRun });
    await this.#whenStored();
    const isPod = definition.resource.resource === "pods" && definition.resource.group === "";
    answerJson(
      exchange.response,
      200,
      gone && !isPod ? deletionStatus(definition, object) : (object as JsonObject),
    );
  }

  async #handleScale(
    exchange: Exchange,
    definition: ResourceDefinition,
    key: ObjectKey,
    context: RequestContext,
  ): Promise<void> {
    const { request, response } = exchange;
    const access = definition.scale;
    if (!access) {
      throw refusals.noSuchResource();
    }
    if (request.method === "GET") {
      answerJson(response, 200, readScale(access, this.#pipeline.get(definition.resource, key)));
      return;
    }
    if (request.method !== "PUT" && request.method !== "PATCH") {
      throw refusals.methodNotAllowed();
    }
    const body = parseBody(await readBody(request, this.#pipeline.clock), "application/json");
    const written = writeScale(this.#pipeline, definition, access, key, body, exchange, context);
    await this.#whenStored();
    answerJson(response, 200, written);
  }

  async #readObject(exchange: Exchange, definition: ResourceDefinition, context: RequestContext) {
    const body = await readBody(exchange.request, this.#pipeline.clock);
    const { value, duplicates } = parseObjectBody(body, exchange.request.headers["content-type"]);
    return decodeObject(definition.resource, value, context.fieldValidation, duplicates);
  }

  async #answer(
    exchange: Exchange,
    definition: ResourceDefinition,
    object: KubernetesObject,
    { form }: AnswerForm,
    context: RequestContext,
    code: number,
  ): Promise<void> {
    const stored = this.#whenStored();
    await (exchange.request.method === "GET" ? stored.catch(() => undefined) : stored);
    const metadata = { resourceVersion: object.metadata?.resourceVersion ?? "" };
    const include = includeObjectOf(exchange.url.searchParams);
    const body =
      form === "table"
        ? tableOf(definition, [object], metadata, include, context.now)
        : form === "partialMetadata"
          ? partialMetadataOf(object)
          : (object as JsonObject);
    answerJson(exchange.response, code, body, context.warnings);
  }
}

function requireNamespaceFits({ resource }: ResourceDefinition, { namespace, name }: ResourcePath): void {
  const isMissing = resource.namespaced && namespace === undefined && name !== undefined;
  if (isMissing || (!resource.namespaced && namespace !== undefined)) {
    throw refusals.noSuchResource();
  }
}

function servesSubresource(definition: ResourceDefinition, subresource: string | undefined): boolean {
  return (
    subresource === undefined || (definition.subresources ?? []).some(({ name }) => name === subresource)
  );
}

async function readDeleteOptions({ request, url }: Exchange, clock: Clock): Promise<DeleteOptions> {
  const body = await readBody(request, clock);
  const options =
    body.length > 0 ? decodeDeleteOptions(parseBody(body, request.headers["content-type"])) : {};
  const seconds = integer(url.searchParams, "gracePeriodSeconds");
  const policy = url.searchParams.get("propagationPolicy");
  const propagationPolicy = policy ?? options.propagationPolicy;
  if (propagationPolicy && !["Orphan", "Background", "Foreground"].includes(propagationPolicy)) {
    throw new ApiError(
      422,
      "Invalid",
      `DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "${propagationPolicy}": supported values: "Foreground", "Background", "Orphan", "nil"`,
    );
  }
  const dryRun: unknown = options.dryRun;
  return {
    ...options,
    dryRun: Array.isArray(dryRun) && dryRun.includes("All"),
    ...(seconds === undefined ? {} : { gracePeriodSeconds: seconds }),
    ...(propagationPolicy
      ? { propagationPolicy: propagationPolicy as "Orphan" | "Background" | "Foreground" }
      : {}),
  };
}

const deleteOptions = { group: "", version: "v1", resource: "", kind: "DeleteOptions", namespaced: false };

/** They are the same in every group; the kind may be left out. Throws 400 for anything else. */
function decodeDeleteOptions(body: Json): DeleteOptions {
  const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
  if (isObject && body["kind"] && body["kind"] !== deleteOptions.kind) {
    throw refusals.badRequest("decoded object cannot be converted to DeleteOptions");
  }
  const value = isObject ? { ...body, apiVersion: "v1", kind: deleteOptions.kind } : body;
  return decodeObject(deleteOptions, value, "Ignore").object as DeleteOptions;
}

/** What a deletion answers when the object is gone at once. */
function deletionStatus({ resource }: ResourceDefinition, object: KubernetesObject): JsonObject {
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: {
      name: object.metadata?.name ?? "",
      ...(resource.group ? { group: resource.group } : {}),
      kind: resource.resource,
      uid: object.metadata?.uid ?? "",
    },
  };
}
