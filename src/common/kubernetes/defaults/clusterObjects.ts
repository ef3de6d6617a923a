import type { Json, JsonObject } from "../objects.ts";
import { fillAbsent, fillEmpty, objectAt, objectIn, objectsIn } from "./fill.ts";

export function defaultSecret(secret: JsonObject): void {
  fillEmpty(secret, { type: "Opaque" });
  const texts = objectIn(secret, "stringData");
  if (texts) {
    const data = objectAt(secret, "data");
    for (const [key, text] of Object.entries(texts)) {
      data[key] = Buffer.from(String(text), "utf8").toString("base64");
    }
    delete secret.stringData;
  }
}

export function defaultNamespace(namespace: JsonObject): void {
  const metadata = objectAt(namespace, "metadata");
  if (metadata.name) {
    objectAt(metadata, "labels")["kubernetes.io/metadata.name"] = metadata.name;
  }
  fillEmpty(objectAt(namespace, "status"), { phase: "Active" });
}

export function defaultNode(node: JsonObject): void {
  const status = objectAt(node, "status");
  if (status.capacity) {
    fillAbsent(status, { allocatable: structuredClone(status.capacity) });
  }
}

export function defaultLimitRange(range: JsonObject): void {
  for (const item of objectsIn(objectIn(range, "spec"), "limits")) {
    if (item.type === "Container") {
      const limits = objectAt(item, "default");
      fillAbsent(limits, (objectIn(item, "max") ?? {}) as Record<string, Json>);
      const requests = objectAt(item, "defaultRequest");
      fillAbsent(requests, limits as Record<string, Json>);
      fillAbsent(requests, (objectIn(item, "min") ?? {}) as Record<string, Json>);
    }
  }
}

/** What follows from the kind where it is left out, and conversion without a webhook (apiextensions/v1/defaults.go). */
export function defaultCustomResourceDefinition(definition: JsonObject): void {
  const spec = objectAt(definition, "spec");
  const names = objectAt(spec, "names");
  if (typeof names.kind === "string" && names.kind !== "") {
    fillEmpty(names, { singular: names.kind.toLowerCase(), listKind: `${names.kind}List` });
  }
  fillAbsent(spec, { conversion: { strategy: "None" } });
}

export function defaultPriorityClass(priorityClass: JsonObject): void {
  fillAbsent(priorityClass, { preemptionPolicy: "PreemptLowerPriority" });
}

const rbacGroup = "rbac.authorization.k8s.io";

export function defaultRoleBinding(binding: JsonObject): void {
  fillEmpty(objectAt(binding, "roleRef"), { apiGroup: rbacGroup });
  for (const subject of objectsIn(binding, "subjects")) {
    if (subject.kind === "User" || subject.kind === "Group") {
      fillEmpty(subject, { apiGroup: rbacGroup });
    }
  }
}
