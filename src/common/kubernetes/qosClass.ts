import type { IPod } from "kubernetes-models/v1/Pod";

type Amounts = Readonly<Record<string, string | number | undefined>>;

/** The quality-of-service class of a Pod from its containers' cpu and memory (pkg/apis/core/v1/helper/qos). */
export function qosClassOf(pod: IPod): "Guaranteed" | "Burstable" | "BestEffort" {
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  const parts = containers.map(({ resources }) => ({
    requests: positive(resources?.requests as Amounts | undefined),
    limits: positive(resources?.limits as Amounts | undefined),
  }));
  if (parts.every(({ requests, limits }) => requests.size === 0 && limits.size === 0)) {
    return "BestEffort";
  }
  const isGuaranteed = parts.every(
    ({ requests, limits }) =>
      limits.size === 2 && [...requests].every(([name, amount]) => limits.get(name) === amount),
  );
  return isGuaranteed ? "Guaranteed" : "Burstable";
}

function positive(amounts: Amounts | undefined): Map<string, string> {
  const entries = ["cpu", "memory"].flatMap((name) => {
    const amount = amounts?.[name];
    return amount === undefined || /^0+(\.0+)?\D*$/.test(String(amount))
      ? []
      : [[name, String(amount)] as const];
  });
  return new Map(entries);
}
