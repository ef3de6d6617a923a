import type { IEndpointSlice } from "kubernetes-models/discovery.k8s.io/v1/EndpointSlice";
import type { IEndpoints } from "kubernetes-models/v1/Endpoints";
import type { Clock } from "../../../common/clock.ts";
import { type Disposable, DisposableList } from "../../../common/disposable.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { endpointSlices, endpoints, services } from "../../api/resources.ts";
import { KeyedQueue } from "../kit/keyedQueue.ts";
import { controllerReference, keyOf, parseKey } from "../kit/keys.ts";
import { isNamespaceGoing } from "../kit/podControl.ts";
import { managedByLabel, serviceNameLabel } from "../kit/sliceLabels.ts";
import { canonicalText } from "../kit/templateHash.ts";
import { mirrorOf } from "./mirror.ts";

const mirrorController = "endpointslicemirroring-controller.k8s.io";

/**
 * Mirrors the Endpoints that people write for a Service without a selector into EndpointSlices, which DNS and routing
 * follow (pkg/controller/endpointslicemirroring).
 */
export class EndpointSliceMirroringController implements Disposable {
  readonly #client: ApiClient;
  readonly #parts = new DisposableList();

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    const queue = this.#parts.add(new KeyedQueue(clock, (key) => this.#sync(key)));
    this.#parts.add(client.watch(services, ({ object }) => queue.add(keyOf(object))));
    this.#parts.add(client.watch(endpoints, ({ object }) => queue.add(keyOf(object))));
    this.#parts.add(
      client.watch(endpointSlices, ({ object: { metadata } }) => {
        if (metadata?.labels?.[managedByLabel] === mirrorController) {
          queue.add(`${metadata.namespace}/${metadata.labels[serviceNameLabel]}`);
        }
      }),
    );
  }

  dispose(): void {
    this.#parts.dispose();
  }

  #sync(key: string): void {
    const { namespace, name } = parseKey(key);
    const labelSelector = `${serviceNameLabel}=${name},${managedByLabel}=${mirrorController}`;
    const existing = this.#client.list(endpointSlices, { namespace, labelSelector });
    const wanted = this.#wanted(key);
    const essence = ({ endpoints: members = [], ports = [] }: IEndpointSlice) =>
      canonicalText([members, ports]);
    const kept = existing.filter((slice) => wanted.some((each) => essence(each) === essence(slice)));
    for (const slice of existing.filter((each) => !kept.includes(each))) {
      this.#client.delete(endpointSlices, { namespace, name: slice.metadata?.name ?? "" });
    }
    for (const slice of wanted.filter((each) => !kept.some((old) => essence(old) === essence(each)))) {
      this.#create(slice);
    }
  }

  #wanted(key: string): IEndpointSlice[] {
    const source = this.#client.find(endpoints, parseKey(key));
    const service = this.#client.find(services, parseKey(key));
    const isMirrored = service && service.spec?.selector === undefined && source && !isSkipped(source);
    return isMirrored ? mirrorOf(source, mirrorController, controllerReference(endpoints, source)) : [];
  }

  #create(slice: IEndpointSlice): void {
    try {
      this.#client.create(endpointSlices, slice);
    } catch (error) {
      if (!isNamespaceGoing(error)) {
        throw error;
      }
    }
  }
}

function isSkipped({ metadata }: IEndpoints): boolean {
  const isLock = metadata?.annotations?.["control-plane.alpha.kubernetes.io/leader"] !== undefined;
  return isLock || metadata?.labels?.["endpointslice.kubernetes.io/skip-mirror"] === "true";
}
