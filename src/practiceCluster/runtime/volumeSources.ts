import type { IPod } from "kubernetes-models/v1/Pod";

type Volume = NonNullable<NonNullable<IPod["spec"]>["volumes"]>[number];

/** Whether a volume shows files of that ConfigMap or Secret. */
export function usesSource(volume: Volume, kind: "ConfigMap" | "Secret", name: string): boolean {
  const own = kind === "ConfigMap" ? volume.configMap?.name : volume.secret?.secretName;
  const projected = (volume.projected?.sources ?? []).map(({ configMap, secret }) =>
    kind === "ConfigMap" ? configMap?.name : secret?.name,
  );
  return [own, ...projected].includes(name);
}
