import type { IPod } from "kubernetes-models/v1/Pod";

/** The value of a downward API field path; "" for one that the Pod does not have yet. */
export function podField(pod: IPod, path: string): string {
  const subscript = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path);
  if (subscript) {
    const [, kind, key = ""] = subscript;
    return (kind === "labels" ? pod.metadata?.labels : pod.metadata?.annotations)?.[key] ?? "";
  }
  switch (path) {
    case "metadata.name":
      return pod.metadata?.name ?? "";
    case "metadata.namespace":
      return pod.metadata?.namespace ?? "";
    case "metadata.uid":
      return pod.metadata?.uid ?? "";
    case "metadata.labels":
      return pairs(pod.metadata?.labels);
    case "metadata.annotations":
      return pairs(pod.metadata?.annotations);
    case "spec.nodeName":
      return pod.spec?.nodeName ?? "";
    case "spec.serviceAccountName":
      return pod.spec?.serviceAccountName ?? "";
    case "status.podIP":
    case "status.podIPs":
      return pod.status?.podIP ?? "";
    case "status.hostIP":
    case "status.hostIPs":
      return pod.status?.hostIP ?? "";
    default:
      return "";
  }
}

function pairs(values: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(values ?? {})
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .sort()
    .join("\n");
}
