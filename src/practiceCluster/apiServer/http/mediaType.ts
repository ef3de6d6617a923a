/** How an answer is to be written. */
export interface AnswerForm {
  readonly form: "object" | "table" | "partialMetadata";
}

/**
 * Chooses among the Accept header's alternatives, in their order, the first that is served: JSON, JSON as Table, JSON as
 * PartialObjectMetadata. Undefined when none is (406): protobuf alone cannot be answered.
 */
export function negotiate(accept: string | undefined): AnswerForm | undefined {
  const alternatives = (accept ?? "*/*").split(",").map((each) => each.trim());
  for (const alternative of alternatives) {
    const [type = "", ...parameters] = alternative.split(";").map((part) => part.trim());
    if (!["application/json", "application/*", "*/*", "application/yaml"].includes(type)) {
      continue;
    }
    const as = parameters.find((parameter) => parameter.startsWith("as="))?.slice(3);
    const group = parameters.find((parameter) => parameter.startsWith("g="))?.slice(2);
    if (as === undefined) {
      return { form: "object" };
    }
    if (as === "Table" && group === "meta.k8s.io") {
      return { form: "table" };
    }
    if (as.startsWith("PartialObjectMetadata") && group === "meta.k8s.io") {
      return { form: "partialMetadata" };
    }
  }
  return undefined;
}

/** Whether discovery may be answered as one aggregated list: its stable form is asked for, and before plain JSON. */
export function wantsAggregatedDiscovery(accept: string | undefined): boolean {
  for (const alternative of (accept ?? "").split(",")) {
    const [type = "", ...parameters] = alternative.split(";").map((part) => part.trim());
    if (parameters.includes("as=APIGroupDiscoveryList")) {
      if (parameters.includes("v=v2")) {
        return true;
      }
    } else if (type === "application/json" || type === "*/*") {
      return false;
    }
  }
  return false;
}
