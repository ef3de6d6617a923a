import type { IEvent } from "kubernetes-models/v1/Event";
import { events } from "../../api/resources.ts";
import { age, nameColumn } from "./columns.ts";
import type { ResourceDefinition } from "./definition.ts";
import { textColumn } from "./plain.ts";

/** v1 Event (pkg/registry/core/event). */
export const eventDefinition: ResourceDefinition<IEvent> = {
  resource: events,
  singularName: "event",
  shortNames: ["ev"],
  columns: [
    textColumn<IEvent>("Last Seen", ["Event", "lastTimestamp"], lastSeen),
    textColumn<IEvent>("Type", ["Event", "type"], (event) => event.type ?? ""),
    textColumn<IEvent>("Reason", ["Event", "reason"], (event) => event.reason ?? ""),
    textColumn<IEvent>("Object", ["Event", "involvedObject"], target),
    textColumn<IEvent>(
      "Subobject",
      ["ObjectReference", "fieldPath"],
      (event) => event.involvedObject.fieldPath ?? "",
      1,
    ),
    textColumn<IEvent>("Source", ["Event", "source"], source, 1),
    textColumn<IEvent>("Message", ["Event", "message"], (event) => (event.message ?? "").trim()),
    textColumn<IEvent>("First Seen", ["Event", "firstTimestamp"], firstSeen, 1),
    textColumn<IEvent>("Count", ["Event", "count"], (event) => event.series?.count ?? event.count ?? 1, 1),
    { ...nameColumn, priority: 1 },
  ],
  selectableFields: (object) => {
    const event = object as IEvent;
    const involved = event.involvedObject ?? {};
    return {
      "involvedObject.kind": involved.kind ?? "",
      "involvedObject.namespace": involved.namespace ?? "",
      "involvedObject.name": involved.name ?? "",
      "involvedObject.uid": involved.uid ?? "",
      "involvedObject.apiVersion": involved.apiVersion ?? "",
      "involvedObject.resourceVersion": involved.resourceVersion ?? "",
      "involvedObject.fieldPath": involved.fieldPath ?? "",
      reason: event.reason ?? "",
      reportingComponent: event.reportingComponent ?? "",
      source: event.source?.component ?? event.reportingComponent ?? "",
      type: event.type ?? "",
    };
  },
};

function firstSeen(event: IEvent, now: number): string {
  return age(event.firstTimestamp ?? event.eventTime, now);
}

function lastSeen(event: IEvent, now: number): string {
  const last = event.series?.lastObservedTime ?? event.lastTimestamp;
  return last ? age(last, now) : firstSeen(event, now);
}

function target({ involvedObject }: IEvent): string {
  const kind = (involvedObject.kind ?? "").toLowerCase();
  return involvedObject.name ? `${kind}/${involvedObject.name}` : kind;
}

function source(event: IEvent): string {
  const component = event.source?.component || event.reportingComponent || "";
  const host = event.source?.host || event.reportingInstance || "";
  return host ? `${component}, ${host}` : component;
}
