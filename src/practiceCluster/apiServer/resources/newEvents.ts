import type { IEvent as INewEvent } from "kubernetes-models/events.k8s.io/v1/Event";
import type { IEvent } from "kubernetes-models/v1/Event";
import type { Json, JsonObject, KubernetesObject } from "../../../common/kubernetes/objects.ts";
import type { Resource } from "../../api/resource.ts";
import { events } from "../../api/resources.ts";
import type { ResourceDefinition } from "./definition.ts";
import { eventDefinition } from "./events.ts";

const newEvents: Resource<INewEvent> = {
  group: "events.k8s.io",
  version: "v1",
  resource: "events",
  kind: "Event",
  namespaced: true,
};

/** Names in events.k8s.io/v1, and what the same is called in v1. */
const names: readonly (readonly [string, string])[] = [
  ["note", "message"],
  ["regarding", "involvedObject"],
  ["reportingController", "reportingComponent"],
  ["deprecatedSource", "source"],
  ["deprecatedFirstTimestamp", "firstTimestamp"],
  ["deprecatedLastTimestamp", "lastTimestamp"],
  ["deprecatedCount", "count"],
];

/** events.k8s.io/v1 Event: the Events of v1 by other names. */
export const newEventDefinition: ResourceDefinition<INewEvent> = {
  resource: newEvents,
  singularName: "event",
  shortNames: ["ev"],
  view: {
    of: events,
    fromStored: (stored) =>
      renamed(
        stored,
        names.map(([own, other]) => [other, own] as const),
        newEvents,
      ),
    toStored: (event) => renamed(event, names, events),
  },
  columns: (eventDefinition.columns ?? []).map((column) => ({
    ...column,
    cell: (event, now) => column.cell(renamed(event, names, events) as IEvent, now),
  })),
  selectableFields: (event) => {
    const fields = eventDefinition.selectableFields?.(renamed(event, names, events)) ?? {};
    const own = Object.entries(fields).map(([name, value]): [string, string] => [
      name.replace("involvedObject.", "regarding.").replace("reportingComponent", "reportingController"),
      value,
    ]);
    return Object.fromEntries(own.filter(([name]) => name !== "source"));
  },
};

function renamed<T extends KubernetesObject>(
  object: KubernetesObject,
  pairs: readonly (readonly [from: string, to: string])[],
  resource: Resource<T>,
): T {
  const fields = new Map(pairs);
  const entries = Object.entries(object as JsonObject).map(([key, value]): [string, Json] => [
    fields.get(key) ?? key,
    value,
  ]);
  const apiVersion = resource.group === "" ? resource.version : `${resource.group}/${resource.version}`;
  return { ...Object.fromEntries(entries), apiVersion } as unknown as T;
}
