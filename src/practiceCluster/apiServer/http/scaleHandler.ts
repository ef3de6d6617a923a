import type { Json, JsonObject, KubernetesObject, ObjectKey } from "../../../common/kubernetes/objects.ts";
import { ApiError } from "../../api/apiError.ts";
import { jsonPatch } from "../patch/jsonPatch.ts";
import { mergePatch } from "../patch/mergePatch.ts";
import type { RequestContext } from "../requests/context.ts";
import { refusals } from "../requests/errors.ts";
import type { Pipeline } from "../requests/pipeline.ts";
import type { ResourceDefinition, ScaleAccess } from "../resources/definition.ts";
import type { Exchange } from "./exchange.ts";

/** An object's autoscaling/v1 Scale. */
export function readScale(access: ScaleAccess<KubernetesObject>, object: KubernetesObject): JsonObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata ?? {};
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp } as JsonObject,
    spec: { replicas: access.replicas(object) },
    status: { replicas: access.statusReplicas(object), selector: access.selector(object) },
  };
}

/** Sets the replicas of an object by a PUT or PATCH of its Scale, and returns the new Scale. Throws 400, 409, 422. */
export function writeScale(
  pipeline: Pipeline,
  definition: ResourceDefinition,
  access: ScaleAccess<KubernetesObject>,
  key: ObjectKey,
  body: Json,
  exchange: Exchange,
  context: RequestContext,
): JsonObject {
  const old = pipeline.get(definition.resource, key);
  const scale = wantedScale(readScale(access, old), body, exchange);
  const { replicas, resourceVersion } = readWanted(scale);
  if (replicas < 0) {
    throw new ApiError(
      422,
      "Invalid",
      `Scale.autoscaling "${key.name}" is invalid: spec.replicas: Invalid value: ${replicas}: must be greater than or equal to 0`,
      {
        name: key.name,
        group: "autoscaling",
        kind: "Scale",
        causes: [
          {
            reason: "FieldValueInvalid",
            message: `Invalid value: ${replicas}: must be greater than or equal to 0`,
            field: "spec.replicas",
          },
        ],
      },
    );
  }
  const changed = access.setReplicas(old, replicas);
  const updated = {
    ...changed,
    metadata: { ...changed.metadata, ...(resourceVersion ? { resourceVersion } : {}) },
  };
  return readScale(access, pipeline.update(definition.resource, key, updated, "scale", context));
}

function wantedScale(current: JsonObject, body: Json, { request }: Exchange): Json {
  if (request.method === "PUT") {
    return body;
  }
  const [type = ""] = (request.headers["content-type"] ?? "").split(";");
  return type === "application/json-patch+json" ? jsonPatch(current, body) : mergePatch(current, body);
}

function readWanted(scale: Json): { replicas: number; resourceVersion: string | undefined } {
  const { spec, metadata } = asObject(scale);
  const { replicas = 0 } = asObject(spec ?? {});
  const { resourceVersion } = asObject(metadata ?? {});
  if (typeof replicas !== "number") {
    throw refusals.badRequest(
      'Scale in version "v1" cannot be handled as a Scale: spec.replicas is no number',
    );
  }
  return { replicas, resourceVersion: typeof resourceVersion === "string" ? resourceVersion : undefined };
}

function asObject(value: Json): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}
