import { builtInResource } from "../../common/kubernetes/builtInResources.ts";
import { Decoder } from "../../common/kubernetes/decoding/decoder.ts";
import { applyDefaults } from "../../common/kubernetes/defaults/index.ts";
import type { JsonObject, KubernetesObject } from "../../common/kubernetes/objects.ts";
import type { Resource } from "../../common/kubernetes/resource.ts";
import type { StructType } from "../../common/kubernetes/schema/types.ts";
import { problemsOfCreate, problemsOfUpdate } from "../../common/kubernetes/validation/index.ts";
import type { FieldProblem } from "../../common/kubernetes/validation/problems.ts";
import type { Finding } from "../findings/finding.ts";
import { findingAt } from "../findings/report.ts";
import { parseFieldPath } from "../source/fieldPath.ts";
import type { ManifestObject } from "../source/manifestObject.ts";
import { explainProblem } from "./explainProblem.ts";

/**
 * What the API server would refuse after decoding: the same validation as the practice cluster's, asked
 * of the object as kubectl would send it. `type` must have been found to fit (typeFindings).
 */
export function serverFindings(object: ManifestObject, type: StructType): readonly Finding[] {
  const resource = builtInResource(object.apiVersion, object.kind);
  if (!resource) {
    return [];
  }
  const complete = asServerHolds(resource, type, object.value);
  return complete ? problemsOfCreate(resource, complete).map((problem) => toFinding(object, problem)) : [];
}

/** What the API server would refuse of changing `live` to what the manifest says. */
export function changeFindings(
  object: ManifestObject,
  type: StructType,
  live: KubernetesObject,
): readonly Finding[] {
  const resource = builtInResource(object.apiVersion, object.kind);
  const complete = resource && asServerHolds(resource, type, object.value);
  if (!resource || !complete) {
    return [];
  }
  const { metadata } = live;
  const changed = { ...complete, metadata: { ...metadata, ...complete.metadata } } as KubernetesObject;
  return problemsOfUpdate(resource, changed, live).map((problem) => toFinding(object, problem));
}

/** The object decoded and defaulted, in the namespace where kubectl would put it. Undefined where it cannot be decoded. */
export function asServerHolds(
  resource: Resource,
  type: StructType,
  value: JsonObject,
): KubernetesObject | undefined {
  const decoder = new Decoder();
  const { status: _, ...sent } = value;
  const decoded = decoder.decode(type, sent);
  if (
    decoder.error !== undefined ||
    typeof decoded !== "object" ||
    decoded === null ||
    Array.isArray(decoded)
  ) {
    return undefined;
  }
  const object = decoded as JsonObject as KubernetesObject;
  object.metadata = { ...object.metadata };
  if (resource.namespaced) {
    object.metadata.namespace ??= "default";
  } else {
    // the server takes a namespace off what has none, before it validates (rest/meta.go)
    delete object.metadata.namespace;
  }
  applyDefaults(resource, object);
  return object;
}

function toFinding(object: ManifestObject, problem: FieldProblem): Finding {
  const path = parseFieldPath(problem.field);
  return findingAt(object, path, {
    rule: problem.reason === "FieldValueRequired" ? "missing-field" : "invalid-value",
    severity: "error",
    message: explainProblem(problem),
  });
}
