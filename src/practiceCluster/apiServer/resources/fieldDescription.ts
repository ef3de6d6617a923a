import { loadOpenApi } from "../../../common/kubernetes/schema/loadData.ts";

const prefixes = [
  "io.k8s.apimachinery.pkg.apis.meta.v1.",
  "io.k8s.api.core.v1.",
  "io.k8s.api.apps.v1.",
  "io.k8s.api.batch.v1.",
  "io.k8s.api.storage.v1.",
  "io.k8s.api.discovery.v1.",
  "io.k8s.api.scheduling.v1.",
  "io.k8s.api.coordination.v1.",
  "io.k8s.api.rbac.v1.",
  "io.k8s.api.networking.v1.",
];

/** The published description of a field, which several table columns use as their own; "" when it has none. */
export function fieldDescription(type: string, field: string): string {
  const { components } = loadOpenApi();
  for (const prefix of prefixes) {
    const properties = components[`${prefix}${type}`]?.properties;
    if (properties && typeof properties === "object" && !Array.isArray(properties)) {
      const property = properties[field];
      const description =
        property && typeof property === "object" && !Array.isArray(property)
          ? property.description
          : undefined;
      return typeof description === "string" ? description : "";
    }
  }
  return "";
}
