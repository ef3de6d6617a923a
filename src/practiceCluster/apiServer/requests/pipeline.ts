import { randomBytes, randomUUID } from "node:crypto";
import type { Clock } from "../../../common/clock.ts";
import { canonicalize } from "../../../common/kubernetes/decoding/canonicalize.ts";
import { sameAsJson } from "../../../common/kubernetes/jsonValues.ts";
import type { Json, KubernetesObject, ObjectKey } from "../../../common/kubernetes/objects.ts";
import type { DeleteOptions, PatchType } from "../../api/apiClient.ts";
import { groupResourceOf, type Resource } from "../../api/resource.ts";
import type { Change } from "../../storage/changeLog.ts";
import type { ObjectStore } from "../../storage/objectStore.ts";
import type { Admission, AdmissionReview } from "../admission/admission.ts";
import type { ServiceAccountTokens } from "../authentication/serviceAccountTokens.ts";
import { asJson, type ResourceDefinition } from "../resources/definition.ts";
import { parseFieldSelector } from "../selectors/fieldSelector.ts";
import { parseLabelSelector } from "../selectors/labelSelector.ts";
import { type RequestContext, timeText } from "./context.ts";
import { refusals } from "./errors.ts";
import { refuseProblems } from "./invalid.ts";
import type { ObjectRules } from "./objectRules.ts";
import { podWithEphemeralContainers, resizedPod } from "./podParts.ts";

export interface PipelineOptions {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly rules: ObjectRules;
  readonly admissions: readonly Admission[];
  readonly tokens: ServiceAccountTokens;
  /** Throws ApiError 404 for a resource that the server does not have. */
  readonly definitionOf: (resource: Resource) => ResourceDefinition;
}

export interface Selection {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

/** Which part of an object a write may change. */
export type WrittenPart = "object" | "status" | "resize" | "ephemeralcontainers" | "scale";

/**
 * What happens to an object between a request and the storage, in the order of the real API server: defaulting,
 * admission, validation, field ownership, storing. HTTP requests and controllers both come through here.
 */
export class Pipeline {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly tokens: ServiceAccountTokens;
  readonly #options: PipelineOptions;

  constructor(options: PipelineOptions) {
    this.store = options.store;
    this.clock = options.clock;
    this.tokens = options.tokens;
    this.#options = options;
  }

  definitionOf(resource: Resource): ResourceDefinition {
    return this.#options.definitionOf(resource);
  }

  /** Throws 404. */
  get(resource: Resource, key: ObjectKey): KubernetesObject {
    const object = this.find(resource, key);
    if (!object) {
      throw refusals.notFound(resource, key.name);
    }
    return object;
  }

  find(resource: Resource, key: ObjectKey): KubernetesObject | undefined {
    const object = this.store.find(this.storedAs(resource), storedKey(resource, key));
    return object && this.shown(resource, object);
  }

  list(resource: Resource, selection: Selection = {}): KubernetesObject[] {
    const matches = this.matcherOf(resource, selection);
    const namespace = resource.namespaced ? selection.namespace : undefined;
    const { view } = this.definitionOf(resource);
    const objects = this.store.list(this.storedAs(resource), namespace);
    return (view ? objects.map((object) => view.fromStored(object)) : objects).filter(matches);
  }

  /** As `list`, at an earlier revision. Throws 410 when that is too long ago to be told, 504 when it is yet to come. */
  listAt(
    resource: Resource,
    selection: Selection,
    revision: number,
    whenTooOld: () => Error,
  ): KubernetesObject[] {
    if (revision > this.store.revision) {
      throw refusals.tooLargeVersion(revision, this.store.revision);
    }
    const matches = this.matcherOf(resource, selection);
    const namespace = resource.namespaced ? selection.namespace : undefined;
    const objects = this.store.listAt(this.storedAs(resource), revision, namespace);
    if (!objects) {
      throw whenTooOld();
    }
    return objects.map((object) => this.shown(resource, object)).filter(matches);
  }

  /** Under which name the storage keeps a resource's objects. */
  storedAs(resource: Resource): string {
    return groupResourceOf(this.definitionOf(resource).view?.of ?? resource);
  }

  /** A stored object as this resource shows it. */
  shown(resource: Resource, stored: KubernetesObject): KubernetesObject {
    return this.definitionOf(resource).view?.fromStored(stored) ?? stored;
  }

  /** How changes in the storage look to this resource; it can be asked after the resource is no longer served, too. */
  shownChanges(resource: Resource): (change: Change) => Change {
    const { view } = this.definitionOf(resource);
    if (!view) {
      return (change) => change;
    }
    return (change) => {
      const previous = change.previous && view.fromStored(change.previous);
      return { ...change, object: view.fromStored(change.object), previous };
    };
  }

  /** Whether an object belongs to the selection. Throws 400 for a selector that cannot be parsed. */
  matcherOf(resource: Resource, selection: Selection): (object: KubernetesObject) => boolean {
    const { namespace, labelSelector, fieldSelector } = selection;
    const byLabels = labelSelector ? parseLabelSelector(labelSelector) : undefined;
    const byFields = fieldSelector
      ? parseFieldSelector(fieldSelector, this.definitionOf(resource))
      : undefined;
    return (object) =>
      (namespace === undefined || !resource.namespaced || object.metadata?.namespace === namespace) &&
      (!byLabels || byLabels(object.metadata?.labels ?? {})) &&
      (!byFields || byFields(object));
  }

  /** Stores a new object (already decoded). Throws 403, 404 (namespace), 409, 422. */
  create(
    resource: Resource,
    input: KubernetesObject,
    namespace: string | undefined,
    context: RequestContext,
  ): KubernetesObject {
    const definition = this.definitionOf(resource);
    const object = structuredClone(input);
    this.#completeMetadata(resource, object, namespace, context);
    if (definition.answer) {
      return this.#answer(definition, object, input, context);
    }
    if (definition.generationOf) {
      object.metadata = { ...object.metadata, generation: 1 };
    }
    if (definition.hasStatus) {
      delete asJson(object).status;
    }
    this.#takeCustom(definition, object, context);
    this.#options.rules.applyDefaults(resource, object);
    definition.prepareForCreate?.(object);
    const name = object.metadata?.name ?? "";
    const key = { namespace: object.metadata?.namespace, name };
    const review = { operation: "create", resource, object, old: undefined, context } as const;
    this.#admit(review);
    this.#options.rules.validateCreate(resource, object);
    refuseProblems(resource, name, definition.custom?.problems(object) ?? []);
    context.warnings.push(...this.#options.rules.warningsOf(resource, object, undefined));
    this.#validateAdmission(review);
    if (this.find(resource, key)) {
      throw refusals.alreadyExists(resource, name);
    }
    this.#recordOwnership(resource, undefined, object, "", context);
    return this.#store(resource, object, context);
  }

  /**
   * Stores a changed object. `input` is the whole new object; a resourceVersion or uid in it must match.
   * Throws 404, 409, 422.
   */
  update(
    resource: Resource,
    key: ObjectKey,
    input: KubernetesObject,
    part: WrittenPart,
    context: RequestContext,
  ): KubernetesObject {
    const old = this.get(resource, key);
    this.#requireSameObject(resource, old, input);
    const updated = this.#changedPart(resource, old, structuredClone(input), part);
    return this.#storeUpdated(resource, old, updated, part, context, "update");
  }

  /** Patches an object. Throws 404, 409, 415, 422. */
  patch(
    resource: Resource,
    key: ObjectKey,
    type: Exclude<PatchType, "apply">,
    patch: Json,
    part: WrittenPart,
    context: RequestContext,
  ): KubernetesObject {
    const old = this.get(resource, key);
    const patched = this.#options.rules.patchObject(type, resource, old, patch, context);
    return this.update(resource, key, patched, part, context);
  }

  /** Server-side apply: creates the object or merges what the manager applies. */
  apply(
    resource: Resource,
    key: ObjectKey,
    applied: Json,
    force: boolean,
    part: WrittenPart,
    context: RequestContext,
  ): { object: KubernetesObject; created: boolean } {
    const old = this.find(resource, key);
    const merged = this.#options.rules.applyServerSide({
      resource,
      current: old,
      applied,
      manager: context.fieldManager,
      force,
      subresource: part === "object" ? "" : part,
      now: context.now,
    });
    if (old) {
      const updated = this.#changedPart(resource, old, merged, part);
      updated.metadata = { ...updated.metadata, managedFields: merged.metadata?.managedFields ?? [] };
      return { object: this.#storeUpdated(resource, old, updated, part, context, "apply"), created: false };
    }
    return { object: this.#createApplied(resource, merged, key, context), created: true };
  }

  /** Deletes an object; returns its last state, and whether it is gone at once. Throws 404, 409. */
  delete(
    resource: Resource,
    key: ObjectKey,
    options: DeleteOptions,
    context: RequestContext,
  ): { object: KubernetesObject; gone: boolean } {
    const old = this.get(resource, key);
    this.#requirePreconditions(resource, old, options);
    const review = { operation: "delete", resource, object: old, old, context } as const;
    this.#admit(review);
    this.#validateAdmission(review);
    const definition = this.definitionOf(resource);
    const finalizers = finalizersAfterDelete(old, options, definition);
    const seconds = definition.gracePeriodSeconds?.(old, notNegative(options.gracePeriodSeconds));
    const isHeld = definition.isHeld?.(old) ?? false;
    const isGone = !isHeld && finalizers.length === 0 && (seconds ?? 0) === 0;
    if (isGone) {
      return { object: this.#remove(resource, old, context), gone: true };
    }
    const marked = structuredClone(old);
    marked.metadata = { ...marked.metadata, ...deletionMarks(old, seconds, context.now) };
    if (finalizers.length > 0) {
      marked.metadata.finalizers = finalizers;
    }
    if (definition.generationOf && !old.metadata?.deletionTimestamp) {
      marked.metadata.generation = (old.metadata?.generation ?? 0) + 1;
    }
    if (sameAsJson(old, marked)) {
      return { object: old, gone: false };
    }
    return { object: this.#store(resource, marked, context), gone: false };
  }

  #createApplied(
    resource: Resource,
    merged: KubernetesObject,
    key: ObjectKey,
    context: RequestContext,
  ): KubernetesObject {
    const managedFields = merged.metadata?.managedFields ?? [];
    const object = this.create(
      resource,
      { ...merged, metadata: { ...merged.metadata, name: key.name } },
      key.namespace,
      { ...context, dryRun: true },
    );
    return this.#store(resource, { ...object, metadata: { ...object.metadata, managedFields } }, context);
  }

  /** What is only asked has neither name nor uid; who wrote what stands in its answer all the same. */
  #answer(
    { resource, answer }: ResourceDefinition,
    object: KubernetesObject,
    { metadata }: KubernetesObject,
    context: RequestContext,
  ): KubernetesObject {
    const { namespace } = object.metadata ?? {};
    const asked = { ...object, metadata: { ...metadata, ...(namespace ? { namespace } : {}) } };
    this.#recordOwnership(resource, undefined, asked, "", context);
    const answered = answer?.(asked, this, context) ?? asked;
    canonicalize(resource, answered);
    return answered;
  }

  /** A custom resource's object as its schema has it. */
  #takeCustom({ custom }: ResourceDefinition, object: KubernetesObject, context: RequestContext): void {
    context.warnings.push(...(custom?.take(object, context.fieldValidation) ?? []));
    custom?.applyDefaults(object);
  }

  #completeMetadata(
    resource: Resource,
    object: KubernetesObject,
    namespace: string | undefined,
    context: RequestContext,
  ): void {
    const metadata = { ...object.metadata };
    if (resource.namespaced) {
      const wanted = namespace ?? metadata.namespace ?? "default";
      if (metadata.namespace && metadata.namespace !== wanted) {
        throw refusals.badRequest(
          "the namespace of the provided object does not match the namespace sent on the request",
        );
      }
      metadata.namespace = wanted;
    } else {
      delete metadata.namespace;
    }
    if (!metadata.name && metadata.generateName) {
      metadata.name = generatedName(metadata.generateName);
    }
    if (metadata.resourceVersion) {
      throw refusals.badRequest("resourceVersion should not be set on objects to be created");
    }
    delete metadata.deletionTimestamp;
    delete metadata.deletionGracePeriodSeconds;
    metadata.uid = randomUUID();
    metadata.creationTimestamp = timeText(context.now);
    object.metadata = metadata;
  }

  #requireSameObject(resource: Resource, old: KubernetesObject, input: KubernetesObject): void {
    const name = old.metadata?.name ?? "";
    const { resourceVersion, uid } = input.metadata ?? {};
    if (uid && uid !== old.metadata?.uid) {
      throw refusals.conflict(
        resource,
        name,
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata?.uid}`,
      );
    }
    if (resourceVersion && resourceVersion !== old.metadata?.resourceVersion) {
      throw refusals.modified(resource, name);
    }
  }

  /** The old object with the part that this request may write taken from the new one. */
  #changedPart(
    resource: Resource,
    old: KubernetesObject,
    input: KubernetesObject,
    part: WrittenPart,
  ): KubernetesObject {
    const definition = this.definitionOf(resource);
    const before = old.metadata ?? {};
    if (part === "status") {
      const { status } = asJson(input);
      const updated = structuredClone({
        ...old,
        metadata: { ...before, ...statusMetadata(input, definition) },
      });
      if (status === undefined) {
        delete asJson(updated).status;
      } else {
        asJson(updated).status = status;
      }
      return updated;
    }
    const updated =
      part === "resize"
        ? resizedPod(old, input)
        : part === "ephemeralcontainers"
          ? podWithEphemeralContainers(old, input)
          : input;
    updated.metadata = {
      ...updated.metadata,
      ...pick(before, ["name", "namespace", "uid", "creationTimestamp", "generation"]),
      ...pick(before, ["deletionTimestamp", "deletionGracePeriodSeconds"]),
      ...pick(before, ["resourceVersion"]),
    };
    if (updated.metadata.generateName === undefined && before.generateName !== undefined) {
      updated.metadata.generateName = before.generateName;
    }
    if (definition.hasStatus) {
      const { status } = asJson(old);
      if (status === undefined) {
        delete asJson(updated).status;
      } else {
        asJson(updated).status = structuredClone(status);
      }
    }
    return updated;
  }

  #storeUpdated(
    resource: Resource,
    old: KubernetesObject,
    updated: KubernetesObject,
    part: WrittenPart,
    context: RequestContext,
    operation: "update" | "apply",
  ): KubernetesObject {
    const definition = this.definitionOf(resource);
    this.#takeCustom(definition, updated, context);
    if (part !== "status") {
      this.#options.rules.applyDefaults(resource, updated);
      definition.prepareForUpdate?.(updated, old);
    }
    const review = { operation: "update", resource, object: updated, old, context, part } as const;
    this.#admit(review);
    if (operation === "update") {
      this.#recordOwnership(resource, old, updated, part === "object" ? "" : part, context);
    }
    this.#options.rules.validateUpdate(resource, updated, old, part);
    refuseProblems(resource, updated.metadata?.name ?? "", definition.custom?.problems(updated) ?? []);
    this.#validateAdmission(review);
    if (part !== "status") {
      this.#bumpGeneration(definition, old, updated);
      this.#warnOfChange(resource, old, updated, context);
    }
    if (sameButForTimes(old, updated)) {
      return old;
    }
    if (updated.metadata?.deletionTimestamp && isFinished(updated) && !definition.isHeld?.(updated)) {
      return this.#remove(resource, updated, context);
    }
    return this.#store(resource, updated, context);
  }

  /** A change that leaves the spec alone says nothing new of it. */
  #warnOfChange(
    resource: Resource,
    old: KubernetesObject,
    updated: KubernetesObject,
    context: RequestContext,
  ): void {
    if (old.metadata?.generation !== updated.metadata?.generation) {
      context.warnings.push(...this.#options.rules.warningsOf(resource, updated, old));
    }
  }

  #bumpGeneration(definition: ResourceDefinition, old: KubernetesObject, updated: KubernetesObject): void {
    const { generationOf } = definition;
    if (generationOf && !sameAsJson(generationOf(old), generationOf(updated))) {
      updated.metadata = { ...updated.metadata, generation: (old.metadata?.generation ?? 0) + 1 };
    }
  }

  #requirePreconditions(resource: Resource, old: KubernetesObject, { preconditions }: DeleteOptions): void {
    const name = old.metadata?.name ?? "";
    const wanted = preconditions ?? {};
    if (wanted.uid && wanted.uid !== old.metadata?.uid) {
      throw refusals.conflict(
        { ...resource, resource: resource.kind },
        name,
        `the UID in the precondition (${wanted.uid}) does not match the UID in record (${old.metadata?.uid}). The object might have been deleted and then recreated`,
      );
    }
    if (wanted.resourceVersion && wanted.resourceVersion !== old.metadata?.resourceVersion) {
      throw refusals.conflict(
        { ...resource, resource: resource.kind },
        name,
        `the ResourceVersion in the precondition (${wanted.resourceVersion}) does not match the ResourceVersion in record (${old.metadata?.resourceVersion}). The object might have been modified`,
      );
    }
  }

  #admit(review: AdmissionReview): void {
    for (const admission of this.#options.admissions) {
      admission.admit?.(review, this);
    }
  }

  #validateAdmission(review: AdmissionReview): void {
    for (const admission of this.#options.admissions) {
      admission.validate?.(review, this);
    }
  }

  #recordOwnership(
    resource: Resource,
    old: KubernetesObject | undefined,
    updated: KubernetesObject,
    subresource: string,
    context: RequestContext,
  ): void {
    const manager = context.fieldManager;
    this.#options.rules.recordUpdate({ resource, old, updated, manager, subresource, now: context.now });
  }

  #store(resource: Resource, object: KubernetesObject, { dryRun }: RequestContext): KubernetesObject {
    canonicalize(resource, object);
    if (dryRun) {
      return object;
    }
    const { view } = this.definitionOf(resource);
    const stored = this.store.put(this.storedAs(resource), view?.toStored(object) ?? object);
    return this.shown(resource, stored);
  }

  #remove(resource: Resource, object: KubernetesObject, { dryRun }: RequestContext): KubernetesObject {
    if (dryRun) {
      return object;
    }
    const key = { namespace: object.metadata?.namespace, name: object.metadata?.name ?? "" };
    const removed = this.store.remove(this.storedAs(resource), key);
    return removed ? this.shown(resource, removed) : object;
  }
}

function storedKey(resource: Resource, { namespace, name }: ObjectKey): ObjectKey {
  return { namespace: resource.namespaced ? namespace : undefined, name };
}

/** generateName and five characters of apimachinery's alphabet without vowels. */
function generatedName(prefix: string): string {
  const alphabet = "bcdfghjklmnpqrstvwxz2456789";
  const suffix = [...randomBytes(5)].map((byte) => alphabet[byte % alphabet.length]).join("");
  return `${prefix.slice(0, 58)}${suffix}`;
}

function finalizersAfterDelete(
  object: KubernetesObject,
  { propagationPolicy }: DeleteOptions,
  { defaultPropagation }: ResourceDefinition,
): string[] {
  const policy = propagationPolicy ?? defaultPropagation ?? "Background";
  const kept = (object.metadata?.finalizers ?? []).filter(
    (finalizer) => finalizer !== "orphan" && finalizer !== "foregroundDeletion",
  );
  if (object.metadata?.deletionTimestamp && !propagationPolicy) {
    return object.metadata.finalizers ?? [];
  }
  const added = policy === "Orphan" ? ["orphan"] : policy === "Foreground" ? ["foregroundDeletion"] : [];
  return [...kept, ...added];
}

/** A negative grace period is taken as one second (rest.BeforeDelete). */
function notNegative(seconds: number | undefined): number | undefined {
  return seconds !== undefined && seconds < 0 ? 1 : seconds;
}

/** A second deletion may shorten the grace period, never lengthen it. */
function deletionMarks(object: KubernetesObject, seconds: number | undefined, now: number) {
  const before = object.metadata ?? {};
  if (before.deletionTimestamp) {
    const remaining = before.deletionGracePeriodSeconds ?? 0;
    if (seconds === undefined || seconds >= remaining) {
      return {};
    }
    const startedAt = Date.parse(before.deletionTimestamp) - remaining * 1000;
    return { deletionTimestamp: timeText(startedAt + seconds * 1000), deletionGracePeriodSeconds: seconds };
  }
  return {
    deletionTimestamp: timeText(now + (seconds ?? 0) * 1000),
    deletionGracePeriodSeconds: seconds ?? 0,
  };
}

/** Nothing holds a deleted object any more: no finalizer, no grace period. */
function isFinished(object: KubernetesObject): boolean {
  const { finalizers, deletionGracePeriodSeconds } = object.metadata ?? {};
  return (finalizers?.length ?? 0) === 0 && (deletionGracePeriodSeconds ?? 0) === 0;
}

/** A status write may carry field ownership, and of the rest of the metadata what the resource allows. */
function statusMetadata({ metadata }: KubernetesObject, { statusMetadata: names = [] }: ResourceDefinition) {
  return pick(metadata ?? {}, ["managedFields", ...names]);
}

function pick<T extends object, K extends keyof T>(object: T, keys: readonly K[]): Partial<Pick<T, K>> {
  const picked: Partial<Pick<T, K>> = {};
  for (const key of keys) {
    if (object[key] !== undefined) {
      picked[key] = object[key];
    }
  }
  return picked;
}

/** A write that changes nothing but the time of its own ownership entry is no change (the server's no-op rule). */
function sameButForTimes(old: KubernetesObject, updated: KubernetesObject): boolean {
  const strip = (object: KubernetesObject) => ({
    ...object,
    metadata: {
      ...object.metadata,
      resourceVersion: undefined,
      managedFields: object.metadata?.managedFields?.map((entry) => ({ ...entry, time: undefined })),
    },
  });
  return sameAsJson(strip(old), strip(updated));
}
