import { groupResourceOf } from "../../api/resource.ts";
import type { ObjectStore } from "../../storage/objectStore.ts";
import type { ResourceDefinition } from "../resources/definition.ts";
import { sample } from "./exposition.ts";
import type { RequestMetrics } from "./requestMetrics.ts";

/** What GET /metrics answers: what this process really knows, by the names that the real server has for it. */
export function metricsText(
  requests: RequestMetrics,
  store: ObjectStore,
  definitions: readonly ResourceDefinition[],
  version: { readonly major: string; readonly minor: string; readonly gitVersion: string },
): string {
  const stored = definitions.filter(({ answer, view }) => !answer && !view);
  const { user, system } = process.cpuUsage();
  const lines = [
    ...requests.lines(),
    "# HELP apiserver_storage_objects [STABLE] Number of stored objects at the time of last check split by kind.",
    "# TYPE apiserver_storage_objects gauge",
    ...stored.map(({ resource }) => {
      const name = groupResourceOf(resource);
      return sample("apiserver_storage_objects", { resource: name }, store.list(name).length);
    }),
    "# HELP kubernetes_build_info [ALPHA] A metric with a constant '1' value labeled by major, minor and git version from which Kubernetes was built.",
    "# TYPE kubernetes_build_info gauge",
    sample(
      "kubernetes_build_info",
      { git_version: version.gitVersion, major: version.major, minor: version.minor },
      1,
    ),
    "# HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.",
    "# TYPE process_cpu_seconds_total counter",
    sample("process_cpu_seconds_total", {}, (user + system) / 1e6),
    "# HELP process_resident_memory_bytes Resident memory size in bytes.",
    "# TYPE process_resident_memory_bytes gauge",
    sample("process_resident_memory_bytes", {}, process.memoryUsage.rss()),
    "# HELP process_start_time_seconds Start time of the process since unix epoch in seconds.",
    "# TYPE process_start_time_seconds gauge",
    sample("process_start_time_seconds", {}, performance.timeOrigin / 1000),
  ];
  return `${lines.join("\n")}\n`;
}
