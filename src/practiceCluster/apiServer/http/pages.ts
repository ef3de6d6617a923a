import type { AuditLog } from "../audit/auditLog.ts";
import { refusals } from "../requests/errors.ts";
import { answerJson, type Exchange } from "./exchange.ts";

/** Pages that are no resources: health, metrics and the product's own. */
export interface PageOptions {
  readonly auditLog: AuditLog;
  readonly metrics: () => string;
  /** Names and results of the checks that health pages report. */
  readonly checks: readonly { readonly name: string; readonly isOk: () => boolean }[];
}

/** Where the requests that were answered can be read; nothing of Kubernetes' own is below it. */
export const auditPath = "/statefulset-dojo/requests";

/** Answers a page; false for any other path. Throws 400 for a parameter that makes no sense. */
export function answerPage(options: PageOptions, exchange: Exchange, path: string): boolean {
  if (exchange.request.method !== "GET") {
    return false;
  }
  if (path === "/metrics") {
    answerText(exchange, 200, options.metrics(), "text/plain; version=0.0.4; charset=utf-8");
    return true;
  }
  if (path === auditPath) {
    answerRequests(options.auditLog, exchange);
    return true;
  }
  return answerHealth(options, exchange, path);
}

function answerRequests(log: AuditLog, { url, response }: Exchange): void {
  const after = Number(url.searchParams.get("after") ?? "0");
  const source = url.searchParams.get("source") ?? undefined;
  if (!Number.isInteger(after)) {
    throw refusals.badRequest(
      "after: a whole number is wanted, the sequence of the last entry that was read",
    );
  }
  if (source !== undefined && source !== "https" && source !== "component") {
    throw refusals.badRequest('source: "https" or "component" is wanted');
  }
  answerJson(response, 200, { sequence: log.sequence, items: log.after(after, source) });
}

/** /readyz, /livez, /healthz, each with ?verbose, ?exclude=NAME and one check alone (apiserver's healthz). */
function answerHealth({ checks }: PageOptions, exchange: Exchange, path: string): boolean {
  const [, page = "", name, ...rest] = path.split("/");
  if (!["healthz", "livez", "readyz"].includes(page) || rest.length > 0) {
    return false;
  }
  const alone = checks.find((check) => check.name === name);
  if (name !== undefined) {
    if (alone) {
      answerText(
        exchange,
        alone.isOk() ? 200 : 500,
        alone.isOk() ? "ok" : `internal server error: ${name}\n`,
      );
    }
    return alone !== undefined;
  }
  const excluded = exchange.url.searchParams.getAll("exclude");
  const asked = checks.filter((check) => !excluded.includes(check.name));
  const isOk = asked.every((check) => check.isOk());
  const lines = checks.map((check) =>
    excluded.includes(check.name)
      ? `[+]${check.name} excluded: ok`
      : check.isOk()
        ? `[+]${check.name} ok`
        : `[-]${check.name} failed: reason withheld`,
  );
  if (!isOk) {
    answerText(exchange, 500, `${lines.join("\n")}\n${page} check failed\n`);
  } else {
    const isVerbose = exchange.url.searchParams.has("verbose");
    answerText(exchange, 200, isVerbose ? `${lines.join("\n")}\n${page} check passed\n` : "ok");
  }
  return true;
}

function answerText(
  { response }: Exchange,
  code: number,
  text: string,
  type = "text/plain; charset=utf-8",
): void {
  response.writeHead(code, { "content-type": type, "x-content-type-options": "nosniff" });
  response.end(text);
}
