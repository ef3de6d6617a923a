import type { IPod } from "kubernetes-models/v1/Pod";
import type { Clock } from "../../../common/clock.ts";
import { type Disposable, DisposableList } from "../../../common/disposable.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { persistentVolumeClaims, persistentVolumes, pods } from "../../api/resources.ts";
import { hasFinalizer, withoutFinalizer } from "../garbageCollector/ownership.ts";
import { KeyedQueue } from "../kit/keyedQueue.ts";
import { keyOf, parseKey } from "../kit/keys.ts";

const claimFinalizer = "kubernetes.io/pvc-protection";
const volumeFinalizer = "kubernetes.io/pv-protection";

/** Lets a deleted claim go when no Pod uses it, and a deleted volume when no claim is bound to it. */
export class StorageProtectionController implements Disposable {
  readonly #client: ApiClient;
  readonly #parts = new DisposableList();

  constructor(client: ApiClient, clock: Clock) {
    this.#client = client;
    const claims = this.#parts.add(new KeyedQueue(clock, (key) => this.#syncClaim(key)));
    const volumes = this.#parts.add(new KeyedQueue(clock, (name) => this.#syncVolume(name)));
    this.#parts.add(client.watch(persistentVolumeClaims, ({ object }) => claims.add(keyOf(object))));
    this.#parts.add(
      client.watch(persistentVolumes, ({ object }) => volumes.add(object.metadata?.name ?? "")),
    );
    this.#parts.add(
      client.watch(pods, ({ object }) => {
        for (const name of claimNames(object)) {
          claims.add(`${object.metadata?.namespace}/${name}`);
        }
      }),
    );
  }

  dispose(): void {
    this.#parts.dispose();
  }

  #syncClaim(key: string): void {
    const claim = this.#client.find(persistentVolumeClaims, parseKey(key));
    if (!claim?.metadata?.deletionTimestamp || !hasFinalizer(claim, claimFinalizer)) {
      return;
    }
    const users = this.#client.list(pods, { namespace: claim.metadata.namespace }).filter((pod) => {
      const isScheduled = (pod.spec?.nodeName ?? "") !== "";
      const hasEnded = pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
      return isScheduled && !hasEnded && claimNames(pod).includes(claim.metadata?.name ?? "");
    });
    if (users.length === 0) {
      this.#client.update(persistentVolumeClaims, withoutFinalizer(claim, claimFinalizer));
    }
  }

  #syncVolume(name: string): void {
    const volume = this.#client.find(persistentVolumes, { name });
    const isGoing = volume?.metadata?.deletionTimestamp && hasFinalizer(volume, volumeFinalizer);
    if (volume && isGoing && volume.status?.phase !== "Bound") {
      this.#client.update(persistentVolumes, withoutFinalizer(volume, volumeFinalizer));
    }
  }
}

function claimNames(pod: IPod): string[] {
  return (pod.spec?.volumes ?? []).flatMap(
    ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [],
  );
}
