import type { IEndpointSlice } from "kubernetes-models/discovery.k8s.io/v1/EndpointSlice";
import type { IService } from "kubernetes-models/v1/Service";
import type { Clock } from "../../../common/clock.ts";
import { type Disposable, DisposableList } from "../../../common/disposable.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { isNotFound } from "../../api/apiError.ts";
import { endpointSlices, pods, services } from "../../api/resources.ts";
import { KeyedQueue } from "../kit/keyedQueue.ts";
import { keyOf, parseKey } from "../kit/keys.ts";
import { isNamespaceGoing } from "../kit/podControl.ts";
import { ServicesOfPods, selects } from "../kit/servicesOfPods.ts";
import { managedByLabel, serviceNameLabel } from "../kit/sliceLabels.ts";
import { TriggerTimes, triggerTimeAnnotation } from "../kit/triggerTimes.ts";
import { decideSlices, sliceController } from "./slices.ts";

/** Keeps the EndpointSlices of every Service that selects Pods (pkg/controller/endpointslice). */
export class EndpointSliceController implements Disposable {
  readonly #client: ApiClient;
  readonly #queue: KeyedQueue;
  readonly #servicesOfPods: ServicesOfPods;
  readonly #triggerTimes = new TriggerTimes();
  readonly #parts = new DisposableList();

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#servicesOfPods = new ServicesOfPods(client);
    this.#queue = this.#parts.add(new KeyedQueue(clock, (key) => this.#sync(key)));
    this.#parts.add(client.watch(services, ({ object }) => this.#queue.add(keyOf(object))));
    this.#parts.add(client.watch(endpointSlices, ({ object }) => this.#sliceChanged(object)));
    this.#parts.add(
      client.watch(pods, ({ type, object }) => {
        for (const key of this.#servicesOfPods.concernedBy(type, object)) {
          this.#queue.add(key);
        }
      }),
    );
  }

  dispose(): void {
    this.#parts.dispose();
  }

  #sliceChanged({ metadata }: IEndpointSlice): void {
    if (metadata?.labels?.[managedByLabel] === sliceController) {
      this.#queue.add(`${metadata.namespace}/${metadata.labels[serviceNameLabel]}`);
    }
  }

  #sync(key: string): void {
    const service = this.#client.find(services, parseKey(key));
    if (!service) {
      this.#triggerTimes.forget(key);
      return;
    }
    const isOurs = service.spec?.type !== "ExternalName" && service.spec?.selector !== undefined;
    if (isOurs && !service.metadata?.deletionTimestamp) {
      this.#reconcile(service);
    }
  }

  #reconcile(service: IService): void {
    const { namespace, name } = service.metadata ?? {};
    const members = this.#client
      .list(pods, { namespace })
      .filter(({ metadata }) => selects(service, metadata?.labels));
    const labelSelector = `${serviceNameLabel}=${name},${managedByLabel}=${sliceController}`;
    const existing = this.#client.list(endpointSlices, { namespace, labelSelector });
    const { create, update, remove } = decideSlices(service, members, existing);
    const trigger = this.#triggerTimes.next(service, members);
    for (const slice of create) {
      this.#create(withTrigger(slice, trigger));
    }
    for (const slice of update) {
      this.#client.update(endpointSlices, withTrigger(slice, trigger));
    }
    for (const { metadata } of remove) {
      this.#remove({ namespace, name: metadata?.name ?? "" });
    }
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

  #remove(key: { readonly namespace: string | undefined; readonly name: string }): void {
    try {
      this.#client.delete(endpointSlices, key);
    } catch (error) {
      if (!isNotFound(error)) {
        throw error;
      }
    }
  }
}

function withTrigger(slice: IEndpointSlice, trigger: string | undefined): IEndpointSlice {
  const { [triggerTimeAnnotation]: _old, ...others } = slice.metadata?.annotations ?? {};
  const annotations = trigger === undefined ? others : { ...others, [triggerTimeAnnotation]: trigger };
  return { ...slice, metadata: { ...slice.metadata, annotations } };
}
