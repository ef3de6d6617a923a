import type { ICustomResourceDefinition } from "kubernetes-models/apiextensions.k8s.io/v1/CustomResourceDefinition";
import { canonicalStruct } from "../../../common/kubernetes/decoding/canonicalForm.ts";
import { Decoder } from "../../../common/kubernetes/decoding/decoder.ts";
import type { Json, JsonObject, KubernetesObject } from "../../../common/kubernetes/objects.ts";
import { apiTypes } from "../../../common/kubernetes/schema/index.ts";
import type { FieldProblem } from "../../../common/kubernetes/validation/problems.ts";
import { ApiError } from "../../api/apiError.ts";
import { apiVersionOf, type Resource } from "../../api/resource.ts";
import { refusals } from "../requests/errors.ts";
import type { FieldValidation } from "../schema/decode.ts";
import { fillSchemaDefaults } from "./schema/fillDefaults.ts";
import { prune } from "./schema/prune.ts";
import type { StructuralSchema } from "./schema/structuralSchema.ts";
import { schemaProblems } from "./schema/validate.ts";

export type CustomVersion = ICustomResourceDefinition["spec"]["versions"][number];

/** What a custom resource's schema does with its objects. */
export interface CustomRules {
  readonly schema: StructuralSchema;
  /** Drops in place what the schema does not know and returns warnings. Throws 400 where that is not allowed, or for another kind. */
  take(object: KubernetesObject, fieldValidation: FieldValidation): string[];
  /** Sets in place what is left out. */
  applyDefaults(object: KubernetesObject): void;
  /** What the schema finds wrong. */
  problems(object: KubernetesObject): readonly FieldProblem[];
}

/** The rules of one version of a custom resource. */
export function customRules(resource: Resource, version: CustomVersion): CustomRules {
  const schema = (version.schema?.openAPIV3Schema ?? {}) as JsonObject as StructuralSchema;
  return {
    schema,
    take(object, fieldValidation) {
      requireKind(resource, object);
      const unknown = [...decodeMetadata(resource, object), ...prune(schema, object as JsonObject)];
      const texts = unknown.map((path) => `unknown field ${JSON.stringify(path)}`);
      if (fieldValidation === "Strict" && texts.length > 0) {
        throw cannotBeHandled(resource, `strict decoding error: ${texts.join(", ")}`);
      }
      return fieldValidation === "Warn" ? texts : [];
    },
    applyDefaults: (object) => fillSchemaDefaults(schema, object as JsonObject),
    problems: (object) => schemaProblems(withoutMetadata(schema), object as JsonObject),
  };
}

/** Metadata has rules of its own. */
function withoutMetadata(schema: StructuralSchema): StructuralSchema {
  const { metadata: _metadata, ...properties } = schema.properties ?? {};
  return { ...schema, properties };
}

function requireKind(resource: Resource, object: KubernetesObject): void {
  const expected = apiVersionOf(resource);
  if (object.apiVersion !== undefined && object.apiVersion !== expected) {
    throw refusals.badRequest(
      `the API version in the data (${object.apiVersion}) does not match the expected API version (${expected})`,
    );
  }
  if (object.kind !== undefined && object.kind !== resource.kind) {
    throw refusals.badRequest(
      `the kind in the data (${object.kind}) does not match the expected kind (${resource.kind})`,
    );
  }
  object.apiVersion = expected;
  object.kind = resource.kind;
}

/** Metadata is that of every object; returns the paths of what it does not know. */
function decodeMetadata(resource: Resource, object: KubernetesObject): string[] {
  const type = apiTypes().named("meta/v1.ObjectMeta");
  if (object.metadata === undefined || type.kind !== "struct") {
    return [];
  }
  const decoder = new Decoder();
  const decoded = decoder.decode(type, object.metadata as Json) as JsonObject | undefined;
  if (decoder.error !== undefined || !decoded) {
    throw cannotBeHandled(resource, decoder.error ?? "metadata is no object");
  }
  object.metadata = canonicalStruct(type, decoded) as NonNullable<KubernetesObject["metadata"]>;
  return decoder.strictErrors.map((text) => `metadata.${/"(.*)"/.exec(text)?.[1] ?? ""}`);
}

function cannotBeHandled({ kind, version }: Resource, problem: string): ApiError {
  const message = `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${problem}`;
  return new ApiError(400, "BadRequest", message);
}
