import { isObject } from "../../../common/kubernetes/jsonValues.ts";
import type { Json, JsonObject, KubernetesObject } from "../../../common/kubernetes/objects.ts";
import type { FieldSet } from "./fieldSet.ts";
import type { MergeType } from "./mergeTypes.ts";
import { fieldSetOf } from "./toFieldSet.ts";

const annotation = "kubectl.kubernetes.io/last-applied-configuration";
const mostAnnotationBytes = 256 * 1024;

/** The fields that client-side apply last set: kubectl's server-side apply may take them without force. */
export function fieldOwnersFromLastApplied(
  type: MergeType,
  live: KubernetesObject | undefined,
): FieldSet | undefined {
  const text = live?.metadata?.annotations?.[annotation];
  const configuration = text === undefined ? undefined : parse(text);
  return isObject(configuration) ? fieldSetOf(type, configuration) : undefined;
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Keeps the annotation of client-side apply up to date, so that both ways of applying can be mixed. */
export function refreshLastApplied(object: KubernetesObject, applied: JsonObject): void {
  const annotations = object.metadata?.annotations;
  if (!annotations?.[annotation]) {
    return;
  }
  const configuration = structuredClone(applied);
  const metadata = isObject(configuration.metadata) ? configuration.metadata : {};
  if (isObject(metadata.annotations)) {
    delete metadata.annotations[annotation];
  }
  annotations[annotation] = `${JSON.stringify(sorted(configuration))}\n`;
  const bytes = Object.entries(annotations).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  if (bytes > mostAnnotationBytes) {
    delete annotations[annotation];
  }
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (!isObject(value)) {
    return value;
  }
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key] ?? null)]));
}
