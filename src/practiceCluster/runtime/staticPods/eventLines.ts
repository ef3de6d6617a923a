import type { IEvent } from "kubernetes-models/v1/Event";

/** An Event as a component logs it (client-go tools/record, StartStructuredLogging, in klog's format). */
export function eventLine(event: IEvent, now: number): string {
  const { involvedObject, type = "", reason = "", message = "" } = event;
  const { namespace, name, fieldPath = "", kind = "", apiVersion = "" } = involvedObject;
  const values = {
    object: namespace ? `${namespace}/${name}` : (name ?? ""),
    fieldPath,
    kind,
    apiVersion,
    type,
    reason,
    message,
  };
  const pairs = Object.entries(values).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `I${klogTime(now)}       1 event.go:389] "Event occurred" ${pairs.join(" ")}`;
}

/** "1123 04:27:14.680000" */
export function klogTime(now: number): string {
  const text = new Date(now).toISOString();
  return `${text.slice(5, 7)}${text.slice(8, 10)} ${text.slice(11, 23)}000`;
}
