import type { Clock } from "../../common/clock.ts";
import { type Disposable, DisposableList } from "../../common/disposable.ts";
import type { ApiClient } from "../api/apiClient.ts";
import type { Resource } from "../api/resource.ts";
import { CronJobController } from "./cronJob/cronJobController.ts";
import { DaemonSetController } from "./daemonSet/daemonSetController.ts";
import { DeploymentController } from "./deployment/deploymentController.ts";
import { DisruptionController } from "./disruption/disruptionController.ts";
import { EndpointSliceController } from "./endpointSlice/endpointSliceController.ts";
import { EndpointSliceMirroringController } from "./endpointSliceMirroring/endpointSliceMirroringController.ts";
import { EndpointsController } from "./endpoints/endpointsController.ts";
import { EventTtlController } from "./eventTtl/eventTtlController.ts";
import { collectable, GarbageCollector } from "./garbageCollector/garbageCollector.ts";
import { JobController } from "./job/jobController.ts";
import { NamespaceController } from "./namespace/namespaceController.ts";
import { NodeLifecycleController } from "./nodeLifecycle/nodeLifecycleController.ts";
import { NodeMonitor } from "./nodeLifecycle/nodeMonitor.ts";
import { TaintEvictionController } from "./nodeLifecycle/taintEvictionController.ts";
import { PodGarbageCollector } from "./podGarbageCollector/podGarbageCollector.ts";
import { ReplicaSetController } from "./replicaSet/replicaSetController.ts";
import { ResourceQuotaController } from "./resourceQuota/resourceQuotaController.ts";
import { ServiceAccountController } from "./serviceAccount/serviceAccountController.ts";
import { StatefulSetController } from "./statefulSet/statefulSetController.ts";
import { StorageProtectionController } from "./storageProtection/storageProtectionController.ts";
import { TtlAfterFinishedController } from "./ttlAfterFinished/ttlAfterFinishedController.ts";

export interface ControllersOptions {
  /** A client that acts as the named user. */
  readonly clientFor: (userName: string) => ApiClient;
  readonly clock: Clock;
  /** Everything that the server stores. */
  readonly resources: readonly Resource[];
  /** Calls back for each resource that the server begins to store later. */
  readonly onResourceAdded?: (listener: (resource: Resource) => void) => Disposable;
  /** PEM of the cluster's authority. */
  readonly rootCertificate: string;
}

/** Starts what watches over nodes and keeps their taints; the scheduler sees a change of a node before they do, as on a real cluster. */
export function startNodeControllers({
  clientFor,
  clock,
}: Pick<ControllersOptions, "clientFor" | "clock">): Disposable {
  const parts = new DisposableList();
  const as = (name: string) => clientFor(`system:serviceaccount:kube-system:${name}`);
  parts.add(new NodeMonitor(as("node-controller"), clock));
  parts.add(new NodeLifecycleController(as("node-controller"), clock));
  parts.add(new TaintEvictionController(as("taint-eviction-controller"), clock));
  parts.add(new PodGarbageCollector(as("pod-garbage-collector"), clock));
  return parts;
}

/** Starts every controller, each as the service account that it has on a real cluster. */
export function startControllers({
  clientFor,
  clock,
  resources,
  onResourceAdded,
  rootCertificate,
}: ControllersOptions): Disposable {
  const parts = new DisposableList();
  const as = (name: string) => clientFor(`system:serviceaccount:kube-system:${name}`);
  parts.add(new StatefulSetController(as("statefulset-controller"), clock));
  parts.add(new ReplicaSetController(as("replicaset-controller"), clock));
  parts.add(new DeploymentController(as("deployment-controller"), clock));
  parts.add(new DaemonSetController(as("daemon-set-controller"), clock));
  parts.add(new JobController(as("job-controller"), clock));
  parts.add(new CronJobController(as("cronjob-controller"), clock));
  parts.add(new EventTtlController(clientFor("system:apiserver"), clock));
  parts.add(new TtlAfterFinishedController(as("ttl-after-finished-controller"), clock));
  parts.add(new DisruptionController(as("disruption-controller"), clock, resources));
  parts.add(new EndpointSliceController(as("endpointslice-controller"), clock));
  parts.add(new EndpointsController(as("endpoint-controller"), clock));
  parts.add(new EndpointSliceMirroringController(as("endpointslicemirroring-controller"), clock));
  const collector = new GarbageCollector(as("generic-garbage-collector"), clock, collectable(resources));
  const namespaces = new NamespaceController(as("namespace-controller"), clock, resources);
  const quotas = new ResourceQuotaController(as("resourcequota-controller"), clock, resources);
  for (const each of [collector, namespaces, quotas]) {
    parts.add(each);
    const added = onResourceAdded?.((resource) => each.addResource(resource));
    if (added) {
      parts.add(added);
    }
  }
  parts.add(new ServiceAccountController(as("service-account-controller"), clock, rootCertificate));
  parts.add(new StorageProtectionController(as("pvc-protection-controller"), clock));
  return parts;
}
