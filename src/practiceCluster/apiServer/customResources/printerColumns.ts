import type { ICustomResourceColumnDefinition } from "kubernetes-models/apiextensions.k8s.io/v1/CustomResourceColumnDefinition";
import type { Json, JsonObject, KubernetesObject } from "../../../common/kubernetes/objects.ts";
import { age, ageColumn, nameColumn } from "../resources/columns.ts";
import type { Column } from "../resources/definition.ts";
import { valuesAt } from "./jsonPath.ts";

/** The columns of a custom resource's table: its own, or the age (apiextensions' tableconvertor). */
export function printerColumns(
  own: readonly ICustomResourceColumnDefinition[] | undefined,
): Column<KubernetesObject>[] {
  if (!own || own.length === 0) {
    return [nameColumn, { ...ageColumn, type: "date" }];
  }
  return [nameColumn, ...own.map(printerColumn)];
}

function printerColumn({
  name,
  type,
  format,
  description,
  jsonPath,
  priority,
}: ICustomResourceColumnDefinition): Column<KubernetesObject> {
  return {
    name,
    type: type as Column<KubernetesObject>["type"],
    ...(format ? { format } : {}),
    priority: (priority ?? 0) as 0 | 1,
    description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    cell: (object, now) => cellText(type, valuesAt(jsonPath, object as JsonObject)[0], now),
  };
}

function cellText(type: string, value: Json | undefined, now: number): Json {
  if (value === undefined || value === null) {
    return null;
  }
  switch (type) {
    case "string":
      return typeof value === "object" ? JSON.stringify(value) : String(value);
    case "integer":
      return typeof value === "number" ? Math.trunc(value) : null;
    case "number":
      return typeof value === "number" ? value : null;
    case "boolean":
      return typeof value === "boolean" ? value : null;
    case "date":
      return typeof value === "string" ? dateText(value, now) : null;
    default:
      return null;
  }
}

function dateText(value: string, now: number): string {
  return Number.isNaN(Date.parse(value)) ? "<invalid>" : age(value, now);
}
