import type { IIoK8sApiDiscoveryV1Endpoint } from "kubernetes-models/discovery.k8s.io/v1/Endpoint";
import type { IIoK8sApiDiscoveryV1EndpointPort } from "kubernetes-models/discovery.k8s.io/v1/EndpointPort";

/** One endpoint of an EndpointSlice. */
export type Endpoint = IIoK8sApiDiscoveryV1Endpoint;
/** A port of all endpoints of an EndpointSlice. */
export type EndpointPort = IIoK8sApiDiscoveryV1EndpointPort;

/** On a slice: the Service whose endpoints it holds. */
export const serviceNameLabel = "kubernetes.io/service-name";
/** On a slice: who keeps it. */
export const managedByLabel = "endpointslice.kubernetes.io/managed-by";
/** On slices and Endpoints of a Service without a cluster IP. */
export const headlessLabel = "service.kubernetes.io/headless";
