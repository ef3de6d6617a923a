import type { ILimitRange } from "kubernetes-models/v1/LimitRange";
import { compareQuantities, quantityToNumber } from "../../../common/kubernetes/quantity.ts";
import type { ResourceAmounts } from "../../../common/kubernetes/resourceAmounts.ts";

export type Limit = NonNullable<ILimitRange["spec"]>["limits"][number];

/** Amounts as texts. */
export function limitAmounts(list: Readonly<Record<string, string | number>> | undefined): ResourceAmounts {
  return Object.fromEntries(Object.entries(list ?? {}).map(([name, amount]) => [name, String(amount)]));
}

/**
 * What of a LimitRange item is broken, in the words of the plugin. `limits` is undefined for claims, which have requests
 * alone.
 */
export function brokenLimits(
  limit: Limit,
  requests: ResourceAmounts,
  limits: ResourceAmounts | undefined,
): string[] {
  const amounts = (list: Limit["min"]) => Object.entries(limitAmounts(list));
  return [
    ...amounts(limit.min).map(([name, least]) =>
      belowMinimum(
        `minimum ${name} usage per ${limit.type} is ${least}`,
        least,
        requests[name],
        limits?.[name],
      ),
    ),
    ...amounts(limit.max).map(([name, most]) => {
      const rule = `maximum ${name} usage per ${limit.type} is ${most}`;
      return limits === undefined
        ? aboveMaximumRequest(rule, most, requests[name])
        : aboveMaximum(rule, most, requests[name], limits[name]);
    }),
    ...(limits === undefined ? [] : amounts(limit.maxLimitRequestRatio)).map(([name, most]) =>
      aboveRatio(
        `${name} max limit to request ratio per ${limit.type} is ${most}`,
        most,
        requests[name],
        limits?.[name],
      ),
    ),
  ].filter((text) => text !== undefined);
}

function belowMinimum(rule: string, least: string, request?: string, limit?: string): string | undefined {
  if (request === undefined) {
    return `${rule}.  No request is specified`;
  }
  if (compareQuantities(request, least) < 0) {
    return `${rule}, but request is ${request}`;
  }
  return limit !== undefined && compareQuantities(limit, least) < 0
    ? `${rule}, but limit is ${limit}`
    : undefined;
}

function aboveMaximum(rule: string, most: string, request?: string, limit?: string): string | undefined {
  if (limit === undefined) {
    return `${rule}.  No limit is specified`;
  }
  if (compareQuantities(limit, most) > 0) {
    return `${rule}, but limit is ${limit}`;
  }
  return request !== undefined && compareQuantities(request, most) > 0
    ? `${rule}, but request is ${request}`
    : undefined;
}

function aboveMaximumRequest(rule: string, most: string, request?: string): string | undefined {
  if (request === undefined) {
    return `${rule}.  No request is specified`;
  }
  return compareQuantities(request, most) > 0 ? `${rule}, but request is ${request}` : undefined;
}

function aboveRatio(rule: string, most: string, request?: string, limit?: string): string | undefined {
  if (quantityToNumber(request) === 0) {
    return `${rule}, but no request is specified or request is 0`;
  }
  if (quantityToNumber(limit) === 0) {
    return `${rule}, but no limit is specified or limit is 0`;
  }
  const ratio = quantityToNumber(limit) / quantityToNumber(request);
  return ratio > quantityToNumber(most) ? `${rule}, but provided ratio is ${ratio.toFixed(6)}` : undefined;
}
