import type { IService } from "kubernetes-models/v1/Service";
import { ApiError } from "../../api/apiError.ts";
import { services } from "../../api/resources.ts";
import type { Pipeline } from "../requests/pipeline.ts";
import type { Admission } from "./admission.ts";

/** The service network of kind: 10.96.0.0/16. The first addresses are kubernetes and kube-dns. */
const networkPrefix = "10.96";

/** Gives a Service its cluster IP (the allocator of pkg/registry/core/service); headless ones keep "None". */
export const clusterAddresses: Admission = {
  admit({ operation, resource, object, old }, pipeline) {
    if (operation === "delete" || resource.resource !== services.resource || resource.group !== "") {
      return;
    }
    const { spec } = object as IService;
    if (!spec || spec.type === "ExternalName") {
      return;
    }
    const before = (old as IService | undefined)?.spec;
    spec.clusterIP = spec.clusterIP || before?.clusterIP || freeAddress(pipeline);
    if (operation === "create" && spec.clusterIP !== "None") {
      requireFree(object as IService, spec.clusterIP, pipeline);
    }
    spec.clusterIPs = [spec.clusterIP];
    spec.ipFamilies ??= ["IPv4"];
    spec.ipFamilyPolicy ??= "SingleStack";
  },
};

function taken(pipeline: Pipeline): Set<string> {
  return new Set((pipeline.list(services) as IService[]).map(({ spec }) => spec?.clusterIP ?? ""));
}

/** A random free address, as the real allocator chooses: learners must not rely on the order. */
function freeAddress(pipeline: Pipeline): string {
  const used = taken(pipeline);
  for (;;) {
    const address = `${networkPrefix}.${Math.floor(Math.random() * 256)}.${1 + Math.floor(Math.random() * 254)}`;
    if (!used.has(address) && !address.startsWith(`${networkPrefix}.0.`)) {
      return address;
    }
  }
}

function requireFree(service: IService, address: string, pipeline: Pipeline): void {
  if (!taken(pipeline).has(address)) {
    return;
  }
  const name = service.metadata?.name ?? "";
  const message = `Invalid value: ["${address}"]: failed to allocate IP ${address}: provided IP is already allocated`;
  throw new ApiError(422, "Invalid", `Service "${name}" is invalid: spec.clusterIPs: ${message}`, {
    name,
    kind: "Service",
    causes: [{ reason: "FieldValueInvalid", message, field: "spec.clusterIPs" }],
  });
}
