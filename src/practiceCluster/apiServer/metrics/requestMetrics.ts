import type { RequestAttributes } from "../authorization/requestAttributes.ts";
import { type Labels, sample } from "./exposition.ts";

interface Counted {
  readonly labels: Labels;
  requests: number;
  seconds: number;
}

/** Counts the requests over HTTPS by verb, resource and status. */
export class RequestMetrics {
  readonly #counted = new Map<string, Counted>();

  count(attributes: RequestAttributes, code: number, seconds: number): void {
    const { verb, group, version, resource, subresource, namespace, name } = attributes;
    const scope = name !== "" ? "resource" : namespace !== "" ? "namespace" : "cluster";
    const labels = {
      code: String(code),
      component: "apiserver",
      dry_run: "",
      group,
      resource,
      scope: attributes.isResource ? scope : "",
      subresource,
      verb: verb.toUpperCase(),
      version,
    };
    const key = Object.values(labels).join("|");
    const known = this.#counted.get(key) ?? { labels, requests: 0, seconds: 0 };
    known.requests += 1;
    known.seconds += seconds;
    this.#counted.set(key, known);
  }

  /** In the text format of Prometheus. */
  lines(): string[] {
    const all = [...this.#counted.values()];
    return [
      "# HELP apiserver_request_total [STABLE] Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.",
      "# TYPE apiserver_request_total counter",
      ...all.map(({ labels, requests }) => sample("apiserver_request_total", labels, requests)),
    ];
  }
}
