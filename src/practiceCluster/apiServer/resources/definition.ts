import type { Json, JsonObject, KubernetesObject } from "../../../common/kubernetes/objects.ts";
import type { Resource } from "../../api/resource.ts";
import type { CustomRules } from "../customResources/customRules.ts";
import type { RequestContext } from "../requests/context.ts";
import type { Pipeline } from "../requests/pipeline.ts";

/** A column of the server's Table answer (meta/v1 TableColumnDefinition). */
export interface Column<T extends KubernetesObject> {
  readonly name: string;
  readonly type: "string" | "integer" | "number" | "boolean" | "date";
  readonly format?: string;
  /** 0 is always shown, 1 with -o wide. */
  readonly priority?: 0 | 1;
  /** What the column means; taken from the field's documentation where the server does so. */
  readonly description: string | (() => string);
  /** The cell of one object; `now` in milliseconds, for ages. */
  readonly cell: (object: T, now: number) => Json;
}

/** A subresource as discovery lists it. */
export interface Subresource {
  /** "status", "scale", "log". */
  readonly name: string;
  readonly verbs: readonly string[];
  readonly kind?: string;
  readonly group?: string;
  readonly version?: string;
}

/** Reads and writes the autoscaling/v1 Scale of an object. */
export interface ScaleAccess<T extends KubernetesObject> {
  readonly replicas: (object: T) => number;
  readonly statusReplicas: (object: T) => number;
  readonly selector: (object: T) => string;
  readonly setReplicas: (object: T, replicas: number) => T;
}

/** How objects that are stored as another resource's look here. */
export interface View<T extends KubernetesObject> {
  readonly of: Resource;
  readonly fromStored: (stored: KubernetesObject) => T;
  readonly toStored: (object: T) => KubernetesObject;
}

/** How the API server treats one resource. One exists for each, in a file of its own. */
export interface ResourceDefinition<T extends KubernetesObject = KubernetesObject> {
  readonly resource: Resource<T>;
  readonly singularName: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: readonly Subresource[];
  /** Whether spec and status are written by different requests. */
  readonly hasStatus?: boolean;
  /** The parts whose change bumps metadata.generation; without it there is no generation. */
  readonly generationOf?: (object: T) => Json | object | undefined;
  /** What of the metadata a write of the status may change too. */
  readonly statusMetadata?: readonly "annotations"[];
  readonly scale?: ScaleAccess<T>;
  readonly columns?: readonly Column<T>[];
  readonly selectableFields?: (object: KubernetesObject) => Record<string, string>;
  /** Changes a new object before it is validated (the strategy's PrepareForCreate). */
  readonly prepareForCreate?: (object: T) => void;
  /** Changes an updated object before it is validated (PrepareForUpdate). */
  readonly prepareForUpdate?: (updated: T, old: T) => void;
  /** Seconds a deleted object is kept so that something can end gracefully; undefined: it goes at once. */
  readonly gracePeriodSeconds?: (object: T, requested: number | undefined) => number;
  /** What every answer warns of: the version that the resource is deprecated in, and what takes its place. */
  readonly deprecation?: string;
  /** Whether something in the object keeps it although it is deleted, beside finalizers and the grace period. */
  readonly isHeld?: (object: T) => boolean;
  /**
   * Answers what is posted, which is not stored: reviews. Nothing else can be asked of such a resource.
   * Throws ApiError.
   */
  readonly answer?: (object: T, pipeline: Pipeline, context: RequestContext) => T;
  /** The objects are another resource's, in another form. */
  readonly view?: View<T>;
  /** Of resources that a CustomResourceDefinition adds. */
  readonly custom?: CustomRules;
  /** How dependents are treated when the request does not say. */
  readonly defaultPropagation?: "Background" | "Orphan";
}

/** As JSON, for generic reading of an object's parts. */
export function asJson(object: KubernetesObject): JsonObject {
  return object as JsonObject;
}
