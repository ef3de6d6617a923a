import type { Clock } from "../../../common/clock.ts";
import { ApiError } from "../../api/apiError.ts";
import type { RequestAttributes } from "../authorization/requestAttributes.ts";
import type { Exchange } from "../http/exchange.ts";
import type { RequestMetrics } from "../metrics/requestMetrics.ts";
import type { AuditLog } from "./auditLog.ts";

export interface Auditing {
  readonly log: AuditLog;
  readonly metrics: RequestMetrics;
  readonly clock: Clock;
}

/** Answers a request and notes how; what `answer` throws is thrown on. `codeOf` reads the status once it was answered. */
export async function audited(
  { log, metrics, clock }: Auditing,
  { request, url, user }: Omit<Exchange, "response">,
  attributes: RequestAttributes,
  answer: () => Promise<number>,
): Promise<void> {
  const arrived = clock.now();
  let code = 500;
  try {
    code = await answer();
  } catch (error) {
    code = error instanceof ApiError ? error.code : 500;
    throw error;
  } finally {
    const { verb, group, resource, subresource, namespace, name } = attributes;
    log.add({
      time: new Date(arrived).toISOString(),
      source: "https",
      user: user.name,
      userAgent: request.headers["user-agent"] ?? "",
      verb,
      group,
      resource,
      subresource,
      namespace,
      name,
      path: `${url.pathname}${url.search}`,
      code,
    });
    metrics.count(attributes, code, (clock.now() - arrived) / 1000);
  }
}
