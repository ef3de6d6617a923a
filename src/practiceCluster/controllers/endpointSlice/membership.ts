import type { IPod } from "kubernetes-models/v1/Pod";
import type { IService } from "kubernetes-models/v1/Service";
import type { IIoK8sApiCoreV1ServicePort as ServicePort } from "kubernetes-models/v1/ServicePort";
import { isFailed, isReady, isSucceeded, isTerminating } from "../kit/podConditions.ts";
import type { Endpoint, EndpointPort } from "../kit/sliceLabels.ts";

/** Whether a Pod belongs behind a Service at all: it has an address and has not ended (ShouldPodBeInEndpoints). */
export function belongsToEndpoints(pod: IPod, withTerminating: boolean): boolean {
  const hasEnded = isSucceeded(pod) || isFailed(pod);
  return !hasEnded && (pod.status?.podIP ?? "") !== "" && (withTerminating || !isTerminating(pod));
}

/** The name that a Pod gets under the Service's own; undefined for Pods that name another Service, or none. */
export function hostnameUnder(service: IService, pod: IPod): string | undefined {
  const isNamed = (pod.spec?.hostname ?? "") !== "" && pod.spec?.subdomain === service.metadata?.name;
  return isNamed ? pod.spec?.hostname : undefined;
}

/** A Pod as one endpoint of a Service (podToEndpoint). */
export function endpointOf(service: IService, pod: IPod): Endpoint {
  const serving = isReady(pod);
  const terminating = isTerminating(pod);
  const hostname = hostnameUnder(service, pod);
  const { name, namespace, uid } = pod.metadata ?? {};
  return {
    addresses: [pod.status?.podIP ?? ""],
    conditions: {
      ready: service.spec?.publishNotReadyAddresses === true || (serving && !terminating),
      serving,
      terminating,
    },
    ...(hostname === undefined ? {} : { hostname }),
    ...(pod.spec?.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    targetRef: {
      kind: "Pod",
      ...(namespace === undefined ? {} : { namespace }),
      ...(name === undefined ? {} : { name }),
      ...(uid === undefined ? {} : { uid }),
    },
  };
}

/** The ports of a Service on one of its Pods; a target name that the Pod does not have is left out. */
export function portsOn(service: IService, pod: IPod): EndpointPort[] {
  return (service.spec?.ports ?? []).flatMap((servicePort) => {
    const port = targetPortOn(pod, servicePort);
    const { name = "", protocol = "TCP", appProtocol } = servicePort;
    return port === undefined ? [] : [{ name, port, protocol, ...(appProtocol ? { appProtocol } : {}) }];
  });
}

/** The number behind a Service's target port on a Pod; undefined when no container has a port of that name (FindPort). */
export function targetPortOn(
  pod: IPod,
  { targetPort, port, protocol = "TCP" }: ServicePort,
): number | undefined {
  if (typeof targetPort !== "string") {
    return targetPort ?? port;
  }
  const sidecars = (pod.spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  return [...(pod.spec?.containers ?? []), ...sidecars]
    .flatMap(({ ports = [] }) => ports)
    .find((each) => each.name === targetPort && (each.protocol ?? "TCP") === protocol)?.containerPort;
}
