import { addQuantities, compareQuantities } from "./quantity.ts";

/** Amounts by the name of what is counted: "cpu", "requests.storage". */
export type ResourceAmounts = Readonly<Record<string, string>>;

interface Requirements {
  readonly requests?: Readonly<Record<string, string | number>> | undefined;
  readonly limits?: Readonly<Record<string, string | number>> | undefined;
}

interface ContainerLike {
  readonly resources?: Requirements | undefined;
  readonly restartPolicy?: string | undefined;
}

/** The part of a Pod's spec that says what it needs. */
export interface PodNeeds extends ContainerLike {
  readonly containers: readonly ContainerLike[];
  readonly initContainers?: readonly ContainerLike[] | undefined;
  readonly overhead?: Readonly<Record<string, string | number>> | undefined;
}

/** The sum of two lists, name by name. */
export function addAmounts(
  first: Readonly<Record<string, string | number>>,
  second: Readonly<Record<string, string | number>>,
): ResourceAmounts {
  const sum: Record<string, string> = {};
  for (const name of new Set([...Object.keys(first), ...Object.keys(second)])) {
    sum[name] = addQuantities(first[name] ?? "0", second[name] ?? "0");
  }
  return sum;
}

/** What a Pod asks for or may use: its containers together, or an init container that needs more (component-helpers' PodRequests). */
export function podAmounts(spec: PodNeeds, kind: "requests" | "limits"): ResourceAmounts {
  let running: ResourceAmounts = {};
  for (const container of spec.containers) {
    running = addAmounts(running, container.resources?.[kind] ?? {});
  }
  let sidecars: ResourceAmounts = {};
  let peak: ResourceAmounts = {};
  for (const container of spec.initContainers ?? []) {
    const own = container.resources?.[kind] ?? {};
    if (container.restartPolicy === "Always") {
      running = addAmounts(running, own);
      sidecars = addAmounts(sidecars, own);
      peak = largest(peak, sidecars);
    } else {
      peak = largest(peak, addAmounts(sidecars, own));
    }
  }
  const needed = { ...largest(running, peak), ...stated(spec, kind) };
  return kind === "requests" ? addAmounts(needed, spec.overhead ?? {}) : needed;
}

/** What the Pod as a whole states counts instead of its containers. */
function stated({ resources }: PodNeeds, kind: "requests" | "limits"): ResourceAmounts {
  return addAmounts(resources?.[kind] ?? {}, {});
}

function largest(first: ResourceAmounts, second: ResourceAmounts): ResourceAmounts {
  const result: Record<string, string> = { ...first };
  for (const [name, amount] of Object.entries(second)) {
    const known = result[name];
    result[name] = known === undefined || compareQuantities(amount, known) > 0 ? amount : known;
  }
  return result;
}
