import type { Json } from "../../../common/kubernetes/objects.ts";

/**
 * The values at a simple JSON path, as printer columns and the scale subresource use them: `.spec.replicas`,
 * `.items[0]`, `.conditions[?(@.type=="Ready")].status`, `.labels['a\.b']`. Missing parts give nothing.
 */
export function valuesAt(path: string, value: Json): Json[] {
  let found: Json[] = [value];
  for (const step of stepsOf(path)) {
    found = found.flatMap((each) => stepInto(step, each));
  }
  return found;
}

type Step =
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "all" }
  | { readonly kind: "filter"; readonly path: string; readonly operator: string; readonly wanted: string };

const stepPattern =
  /\.?((?:\\.|[^.[\]\\])+)|\[\*\]|\.\*|\[(-?\d+)\]|\['((?:\\'|[^'])*)'\]|\[\?\(@\.?([^=!]*?)\s*(==|!=)\s*['"]?([^'")]*)['"]?\)\]/gu;

function stepsOf(path: string): Step[] {
  return [...path.matchAll(stepPattern)].map(([text, key, index, quoted, field, operator, wanted]): Step => {
    if (index !== undefined) {
      return { kind: "index", index: Number(index) };
    }
    if (operator !== undefined) {
      return { kind: "filter", path: `.${field ?? ""}`, operator, wanted: wanted ?? "" };
    }
    if (text === "[*]" || key === "*") {
      return { kind: "all" };
    }
    return { kind: "key", key: (key ?? quoted ?? "").replaceAll(/\\(.)/gu, "$1") };
  });
}

function stepInto(step: Step, value: Json): Json[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  const all = Array.isArray(value) ? value : Object.values(value);
  switch (step.kind) {
    case "key": {
      const child = Array.isArray(value) ? undefined : value[step.key];
      return child === undefined ? [] : [child];
    }
    case "index": {
      const child = Array.isArray(value) ? value.at(step.index) : undefined;
      return child === undefined ? [] : [child];
    }
    case "all":
      return all;
    case "filter":
      return all.filter((each) => {
        const [found] = valuesAt(step.path, each);
        return found !== undefined && (String(found) === step.wanted) === (step.operator === "==");
      });
  }
}
