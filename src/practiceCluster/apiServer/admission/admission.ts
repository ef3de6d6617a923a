import type { KubernetesObject } from "../../../common/kubernetes/objects.ts";
import type { Resource } from "../../api/resource.ts";
import type { RequestContext } from "../requests/context.ts";
import type { Pipeline, WrittenPart } from "../requests/pipeline.ts";

export interface AdmissionReview {
  readonly operation: "create" | "update" | "delete";
  readonly resource: Resource;
  /** May be changed, except at a deletion. */
  readonly object: KubernetesObject;
  readonly old: KubernetesObject | undefined;
  readonly context: RequestContext;
  readonly part?: WrittenPart;
}

/** Changes or refuses what is about to be stored, knowing the other objects of the cluster. */
export interface Admission {
  /** Before the object is validated: it may be changed. Throws ApiError to refuse. */
  admit?(review: AdmissionReview, pipeline: Pipeline): void;
  /** After it was found valid: it may only be refused. Throws ApiError. */
  validate?(review: AdmissionReview, pipeline: Pipeline): void;
}
