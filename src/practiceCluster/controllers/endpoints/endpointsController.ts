import type { IEndpoints } from "kubernetes-models/v1/Endpoints";
import type { IService } from "kubernetes-models/v1/Service";
import type { Clock } from "../../../common/clock.ts";
import { type Disposable, DisposableList } from "../../../common/disposable.ts";
import { sameAsJson } from "../../../common/kubernetes/jsonValues.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { isNotFound } from "../../api/apiError.ts";
import { endpoints, pods, services } from "../../api/resources.ts";
import { KeyedQueue } from "../kit/keyedQueue.ts";
import { keyOf, parseKey } from "../kit/keys.ts";
import { isNamespaceGoing } from "../kit/podControl.ts";
import { ServicesOfPods, selects } from "../kit/servicesOfPods.ts";
import { headlessLabel } from "../kit/sliceLabels.ts";
import { TriggerTimes, triggerTimeAnnotation } from "../kit/triggerTimes.ts";
import { overCapacityAnnotation, withinCapacity } from "./capacity.ts";
import { subsetsOf } from "./subsets.ts";

const managedByLabel = "endpoints.kubernetes.io/managed-by";

/** Keeps the Endpoints of every Service that selects Pods, beside its slices (pkg/controller/endpoint). */
export class EndpointsController implements Disposable {
  readonly #client: ApiClient;
  readonly #queue: KeyedQueue;
  readonly #servicesOfPods: ServicesOfPods;
  readonly #triggerTimes = new TriggerTimes();
  readonly #parts = new DisposableList();

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    this.#servicesOfPods = new ServicesOfPods(client);
    this.#queue = this.#parts.add(new KeyedQueue(clock, (key) => this.#sync(key)));
    this.#parts.add(
      client.watch(services, ({ type, object }) => {
        if (type === "DELETED") {
          this.#serviceGone(keyOf(object));
        }
        this.#queue.add(keyOf(object));
      }),
    );
    this.#parts.add(
      client.watch(endpoints, ({ type, object }) => {
        if (type === "DELETED") {
          this.#queue.add(keyOf(object));
        }
      }),
    );
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

  #serviceGone(key: string): void {
    this.#triggerTimes.forget(key);
    try {
      this.#client.delete(endpoints, parseKey(key));
    } catch (error) {
      if (!isNotFound(error)) {
        throw error;
      }
    }
  }

  #sync(key: string): void {
    const service = this.#client.find(services, parseKey(key));
    const isOurs = service?.spec?.type !== "ExternalName" && service?.spec?.selector !== undefined;
    if (!service || !isOurs) {
      return;
    }
    const members = this.#client
      .list(pods, { namespace: service.metadata?.namespace })
      .filter(({ metadata }) => selects(service, metadata?.labels));
    const trigger = this.#triggerTimes.next(service, members);
    const current = this.#client.find(endpoints, parseKey(key));
    const { subsets, isTruncated } = withinCapacity(subsetsOf(service, members));
    const labels = labelsOf(service);
    const isSame =
      sameAsJson(current?.subsets ?? [], subsets) && sameAsJson(current?.metadata?.labels, labels);
    // what is left out may have changed: then the annotations say so
    const isTold = !isTruncated && current?.metadata?.annotations?.[overCapacityAnnotation] === undefined;
    if (current && isSame && isTold) {
      return;
    }
    const annotations = annotationsOf(current, trigger, isTruncated);
    this.#write(service, current, { labels, annotations }, subsets);
  }

  #write(
    { metadata }: IService,
    current: IEndpoints | undefined,
    changes: Pick<NonNullable<IEndpoints["metadata"]>, "labels" | "annotations">,
    subsets: NonNullable<IEndpoints["subsets"]>,
  ): void {
    const { namespace = "", name = "" } = metadata ?? {};
    const head = { apiVersion: "v1", kind: "Endpoints" } as const;
    try {
      if (current) {
        const kept = structuredClone(current.metadata);
        this.#client.update(endpoints, { ...head, metadata: { ...kept, ...changes }, subsets });
      } else {
        this.#client.create(endpoints, { ...head, metadata: { namespace, name, ...changes }, subsets });
      }
    } catch (error) {
      if (!isNamespaceGoing(error)) {
        throw error;
      }
    }
  }
}

function annotationsOf(
  current: IEndpoints | undefined,
  trigger: string | undefined,
  isTruncated: boolean,
): Record<string, string> {
  const {
    [triggerTimeAnnotation]: _trigger,
    [overCapacityAnnotation]: _capacity,
    ...others
  } = current?.metadata?.annotations ?? {};
  return {
    ...others,
    ...(trigger === undefined ? {} : { [triggerTimeAnnotation]: trigger }),
    ...(isTruncated ? { [overCapacityAnnotation]: "truncated" } : {}),
  };
}

function labelsOf({ metadata, spec }: IService): Record<string, string> {
  const { [headlessLabel]: _headless, ...labels } = metadata?.labels ?? {};
  const isHeadless = spec?.clusterIP === "None" || (spec?.clusterIP ?? "") === "";
  return {
    ...labels,
    ...(isHeadless ? { [headlessLabel]: "" } : {}),
    [managedByLabel]: "endpoint-controller",
  };
}
