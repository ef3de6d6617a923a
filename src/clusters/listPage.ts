import * as v from "valibot";
import type { KubernetesObject } from "../common/kubernetes/objects.ts";
import type { WatchedResource } from "./cluster.ts";

export interface ListPage {
  readonly resourceVersion: string;
  readonly items: readonly KubernetesObject[];
}

const objectSchema = v.looseObject({
  metadata: v.looseObject({ name: v.optional(v.string()), resourceVersion: v.optional(v.string()) }),
});

const listSchema = v.object({
  kind: v.string(),
  metadata: v.object({ resourceVersion: v.string() }),
  items: v.nullish(v.array(objectSchema)),
});

/** The path of a resource's list: `/apis/apps/v1/namespaces/lab/statefulsets`. */
export function listPath({ apiVersion, plural, namespace }: WatchedResource): string {
  const prefix = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return namespace ? `${prefix}/namespaces/${namespace}/${plural}` : `${prefix}/${plural}`;
}

/** A list as the server answered it; throws where it is none. Items get back the apiVersion and kind that lists leave out. */
export function parseListPage(value: unknown, { apiVersion }: WatchedResource): ListPage {
  const list = v.parse(listSchema, value);
  const kind = list.kind.replace(/List$/, "");
  return {
    resourceVersion: list.metadata.resourceVersion,
    items: (list.items ?? []).map((item) => ({ ...item, apiVersion, kind }) as KubernetesObject),
  };
}

/** The object of a watch event; throws where it is none. */
export function parseWatchedObject(value: unknown, { apiVersion }: WatchedResource): KubernetesObject {
  return { apiVersion, ...v.parse(objectSchema, value) } as KubernetesObject;
}
