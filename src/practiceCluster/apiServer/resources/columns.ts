import type { KubernetesObject } from "../../../common/kubernetes/objects.ts";
import type { Column } from "./definition.ts";
import { fieldDescription } from "./fieldDescription.ts";

/** The columns that nearly every table begins and ends with. */
export const nameColumn: Column<KubernetesObject> = {
  name: "Name",
  type: "string",
  format: "name",
  description: () => fieldDescription("ObjectMeta", "name"),
  cell: (object) => object.metadata?.name ?? "",
};

export const ageColumn: Column<KubernetesObject> = {
  name: "Age",
  type: "string",
  description: () => fieldDescription("ObjectMeta", "creationTimestamp"),
  cell: (object, now) => age(object.metadata?.creationTimestamp, now),
};

/** The server's table for kinds without columns of their own has the time itself. */
export const createdAtColumn: Column<KubernetesObject> = {
  name: "Created At",
  type: "date",
  description: () => fieldDescription("ObjectMeta", "creationTimestamp"),
  cell: ({ metadata }) => metadata?.creationTimestamp ?? "",
};

/** A container or template's "Containers" and "Images" columns. */
export function templateColumns<T extends KubernetesObject>(
  containersOf: (object: T) => readonly { name: string; image?: string }[],
  priority: 0 | 1 = 1,
): Column<T>[] {
  return [
    {
      name: "Containers",
      type: "string",
      priority,
      description: "Names of each container in the template.",
      cell: (object) =>
        containersOf(object)
          .map(({ name }) => name)
          .join(","),
    },
    {
      name: "Images",
      type: "string",
      priority,
      description: "Images referenced by each container in the template.",
      cell: (object) =>
        containersOf(object)
          .map(({ image = "" }) => image)
          .join(","),
    },
  ];
}

/** A time as tables show it: how long ago, or `<unknown>`. */
export function age(time: string | undefined, now: number): string {
  return time ? humanDuration(now - Date.parse(time)) : "<unknown>";
}

/** apimachinery's duration.HumanDuration: two units where they still say something ("2m30s", "5h", "3d4h"). */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < -1) {
    return "<invalid>";
  }
  if (seconds < 0) {
    return "0s";
  }
  if (seconds < 120) {
    return `${seconds}s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) {
    return withRest(minutes, "m", seconds % 60, "s");
  }
  if (minutes < 180) {
    return `${minutes}m`;
  }
  const hours = Math.floor(minutes / 60);
  if (hours < 8) {
    return withRest(hours, "h", minutes % 60, "m");
  }
  if (hours < 48) {
    return `${hours}h`;
  }
  const days = Math.floor(hours / 24);
  if (hours < 24 * 8) {
    return withRest(days, "d", hours % 24, "h");
  }
  if (hours < 24 * 365 * 2) {
    return `${days}d`;
  }
  const years = Math.floor(days / 365);
  return hours < 24 * 365 * 8 ? withRest(years, "y", days % 365, "d") : `${years}y`;
}

function withRest(value: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${value}${unit}` : `${value}${unit}${rest}${restUnit}`;
}

/** A LabelSelector as kubectl and tables write it: "app=web,tier in (a,b)"; "<none>" when it selects by nothing. */
export function selectorText(
  selector:
    | {
        matchLabels?: { [key: string]: string };
        matchExpressions?: readonly { key: string; operator: string; values?: string[] }[];
      }
    | undefined,
): string {
  const labels = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const expressions = (selector?.matchExpressions ?? []).map(({ key, operator, values = [] }) => {
    switch (operator) {
      case "Exists":
        return key;
      case "DoesNotExist":
        return `!${key}`;
      default:
        return `${key} ${operator === "In" ? "in" : "notin"} (${[...values].sort().join(",")})`;
    }
  });
  return [...labels, ...expressions].sort().join(",") || "<none>";
}
