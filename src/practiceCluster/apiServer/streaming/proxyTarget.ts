import type { IEndpointSlice } from "kubernetes-models/discovery.k8s.io/v1/EndpointSlice";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { IService } from "kubernetes-models/v1/Service";
import { ApiError } from "../../api/apiError.ts";
import { endpointSlices, pods, services } from "../../api/resources.ts";
import { refusals } from "../requests/errors.ts";
import type { Pipeline } from "../requests/pipeline.ts";

/** A port of a Pod. */
export interface ProxyTarget {
  readonly pod: string;
  readonly address: string;
  readonly port: number;
}

/** What "http:web-0:8080" names. */
interface ProxyName {
  readonly name: string;
  /** "" when it is left out. */
  readonly port: string;
}

/** Reads `[SCHEME:]NAME[:PORT]`. Throws 400 for https, which no container here speaks. */
function parseName(text: string): ProxyName {
  const parts = text.split(":");
  const [scheme, name = "", port = ""] = parts.length === 3 ? parts : ["", ...parts];
  if (scheme !== "" && scheme !== "http") {
    throw refusals.badRequest(`the practice cluster's proxy speaks plain HTTP only, not ${scheme}`);
  }
  return { name, port };
}

/** The Pod and port behind pods/NAME/proxy. Throws 400, 404, 503. */
export function podTarget(pipeline: Pipeline, namespace: string, text: string): ProxyTarget {
  const { name, port } = parseName(text);
  const pod = pipeline.get(pods, { namespace, name }) as IPod;
  const first = pod.spec?.containers.flatMap(({ ports = [] }) => ports)[0]?.containerPort;
  const number = port === "" ? (first ?? 80) : Number(port);
  if (!Number.isInteger(number)) {
    throw refusals.badRequest(`invalid pod request ${JSON.stringify(text)}`);
  }
  const address = pod.status?.podIP;
  if (!address) {
    throw unavailable(`no address known for pod ${JSON.stringify(name)}`);
  }
  return { pod: name, address, port: number };
}

/** A ready Pod behind services/NAME/proxy, and its port (ResourceLocation of pkg/registry/core/service). Throws 400, 404, 503. */
export function serviceTarget(pipeline: Pipeline, namespace: string, text: string): ProxyTarget {
  const { name, port } = parseName(text);
  const service = pipeline.get(services, { namespace, name }) as IService;
  const wanted = portName(service, port);
  const labelSelector = `kubernetes.io/service-name=${name}`;
  const targets = (pipeline.list(endpointSlices, { namespace, labelSelector }) as IEndpointSlice[]).flatMap(
    (slice) => targetsIn(slice, wanted),
  );
  const target = targets[Math.floor(Math.random() * targets.length)];
  if (!target) {
    throw unavailable(`no endpoints available for service ${JSON.stringify(text)}`);
  }
  return target;
}

/** Endpoints carry the names of the Service's ports, not their numbers. */
function portName({ spec, metadata }: IService, port: string): string {
  const ports = spec?.ports ?? [];
  const found =
    port === "" && ports.length === 1
      ? ports[0]
      : ports.find((each) => each.name === port || String(each.port) === port);
  if (!found) {
    const detail = `no service port ${JSON.stringify(port)} found for service ${JSON.stringify(metadata?.name ?? "")}`;
    throw unavailable(detail);
  }
  return found.name ?? "";
}

function targetsIn({ endpoints, ports }: IEndpointSlice, wanted: string): ProxyTarget[] {
  const port = (ports ?? []).find(({ name }) => (name ?? "") === wanted)?.port;
  return port === undefined
    ? []
    : (endpoints ?? []).flatMap(({ conditions, targetRef, addresses }) =>
        conditions?.ready !== false && targetRef?.kind === "Pod"
          ? [{ pod: targetRef.name ?? "", address: addresses[0] ?? "", port }]
          : [],
      );
}

/** What the real server answers when nothing can be reached. */
export function unavailable(message: string): ApiError {
  return new ApiError(503, "ServiceUnavailable", message);
}
