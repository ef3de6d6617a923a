import type { Json, KubernetesObject } from "../../../common/kubernetes/objects.ts";
import type { Column } from "./definition.ts";
import { fieldDescription } from "./fieldDescription.ts";

/** A text column whose meaning is told in a sentence, or by a field: "PodStatus.podIP". */
export function textColumn<T extends KubernetesObject>(
  name: string,
  meaning: string | readonly [type: string, field: string],
  cell: (object: T, now: number) => Json,
  priority: 0 | 1 = 0,
): Column<T> {
  const description = typeof meaning === "string" ? meaning : () => fieldDescription(meaning[0], meaning[1]);
  return { name, type: "string", priority, description, cell };
}

/** As `textColumn`, for whole numbers. */
export function numberColumn<T extends KubernetesObject>(
  name: string,
  meaning: string | readonly [type: string, field: string],
  cell: (object: T, now: number) => Json,
): Column<T> {
  return { ...textColumn(name, meaning, cell), type: "integer" };
}

/** "RWO,RWX" for access modes; claims and volumes show them so. */
export function accessModesText(modes: readonly string[] | undefined): string {
  const short: Record<string, string> = {
    ReadWriteOnce: "RWO",
    ReadOnlyMany: "ROX",
    ReadWriteMany: "RWX",
    ReadWriteOncePod: "RWOP",
  };
  const order = Object.keys(short);
  return [...new Set(modes ?? [])]
    .sort((a, b) => order.indexOf(a) - order.indexOf(b))
    .map((mode) => short[mode] ?? mode)
    .join(",");
}

/** Verbs of a resource's status subresource. */
export const statusSubresource = { name: "status", verbs: ["get", "patch", "update"] } as const;

/** The scale subresource of workloads. */
export const scaleSubresource = {
  name: "scale",
  verbs: ["get", "patch", "update"],
  kind: "Scale",
  group: "autoscaling",
  version: "v1",
} as const;

/** The first three of a list, and how many more there are; tables show addresses so. */
export function firstThree(items: readonly string[]): string {
  const shown = items.slice(0, 3).join(",");
  return items.length > 3 ? `${shown} + ${items.length - 3} more...` : shown;
}
