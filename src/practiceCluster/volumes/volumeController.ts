import { createHash, randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { IStorageClass } from "kubernetes-models/storage.k8s.io/v1/StorageClass";
import type { IPersistentVolume } from "kubernetes-models/v1/PersistentVolume";
import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import type { Clock, Timer } from "../../common/clock.ts";
import { type Disposable, DisposableList } from "../../common/disposable.ts";
import type { ApiClient } from "../api/apiClient.ts";
import { isNotFound } from "../api/apiError.ts";
import { persistentVolumeClaims, persistentVolumes, storageClasses } from "../api/resources.ts";
import { EventRecorder } from "../controllers/kit/eventRecorder.ts";
import { KeyedQueue } from "../controllers/kit/keyedQueue.ts";
import { keyOf, parseKey } from "../controllers/kit/keys.ts";
import { localPathProvisioner, provisioningProblem, volumeFor } from "./localPath.ts";

const selectedNode = "volume.kubernetes.io/selected-node";
/** The old name is written too, for provisioners that only know that one. */
const provisionerAnnotations = [
  "volume.beta.kubernetes.io/storage-provisioner",
  "volume.kubernetes.io/storage-provisioner",
];
/** How long local-path's helper Pod takes to empty a folder: the volume is Released until then. */
const teardownMs = 4_000;

/**
 * The folder on the learner's disk that stands for a volume's hostPath. It is always one below `volumesFolder`: whatever
 * path a learner's own volume names, nothing else on the disk is meant by it.
 */
export function volumeFolder(volumesFolder: string, volume: IPersistentVolume): string {
  const path = volume.spec?.hostPath?.path ?? "";
  const provisioned = /^\/var\/local-path-provisioner\/(pvc-[\w.-]+)$/.exec(path)?.[1];
  return join(
    volumesFolder,
    provisioned ?? `host-${createHash("sha256").update(path).digest("hex").slice(0, 16)}`,
  );
}

/**
 * Binds claims to volumes, makes a volume where the class's provisioner is local-path, and takes a volume away when
 * its claim is gone and its reclaim policy says so (pkg/controller/volume/persistentvolume and the provisioner).
 */
export class VolumeController implements Disposable {
  readonly #client: ApiClient;
  readonly #events: EventRecorder;
  readonly #provisionerEvents: EventRecorder;
  readonly #volumesFolder: string;
  readonly #parts = new DisposableList();
  readonly #clock: Clock;
  /** Volumes whose folders are being emptied, by name. */
  readonly #teardowns = new Map<string, Timer>();

  constructor(client: ApiClient, provisioner: ApiClient, clock: Clock, volumesFolder: string) {
    this.#client = client;
    this.#clock = clock;
    this.#volumesFolder = volumesFolder;
    this.#events = new EventRecorder(client, clock, "persistentvolume-controller");
    this.#provisionerEvents = new EventRecorder(
      provisioner,
      clock,
      `${localPathProvisioner}_${provisionerPod()}_${randomUUID()}`,
    );
    const claims = this.#parts.add(new KeyedQueue(clock, (key) => this.#syncClaim(key)));
    const volumes = this.#parts.add(new KeyedQueue(clock, (name) => this.#syncVolume(name)));
    this.#parts.add(
      client.watch(persistentVolumeClaims, ({ object }) => {
        claims.add(keyOf(object));
        if (object.spec?.volumeName) {
          volumes.add(object.spec.volumeName);
        }
      }),
    );
    this.#parts.add(
      client.watch(persistentVolumes, ({ object }) => volumes.add(object.metadata?.name ?? "")),
    );
    this.#parts.add(
      client.watch(storageClasses, () => {
        for (const claim of client.list(persistentVolumeClaims)) {
          claims.add(keyOf(claim));
        }
      }),
    );
  }

  dispose(): void {
    for (const teardown of this.#teardowns.values()) {
      teardown.cancel();
    }
    this.#parts.dispose();
  }

  #syncClaim(key: string): void {
    const claim = this.#client.find(persistentVolumeClaims, parseKey(key));
    if (!claim || claim.metadata?.deletionTimestamp || claim.status?.phase === "Bound") {
      return;
    }
    const volume = this.#client.find(persistentVolumes, { name: `pvc-${claim.metadata?.uid}` });
    if (volume) {
      this.#bind(claim, volume);
      return;
    }
    const className = claim.spec?.storageClassName ?? "";
    const storageClass = this.#client.find(storageClasses, { name: className });
    if (!storageClass) {
      const message = `storageclass.storage.k8s.io "${className}" not found`;
      this.#record(this.#events, claim, "Warning", "ProvisioningFailed", message);
      return;
    }
    this.#provision(claim, storageClass);
  }

  #provision(unassigned: IPersistentVolumeClaim, storageClass: IStorageClass): void {
    const node = unassigned.metadata?.annotations?.[selectedNode];
    if (storageClass.volumeBindingMode === "WaitForFirstConsumer" && !node) {
      const message = "waiting for first consumer to be created before binding";
      this.#record(this.#events, unassigned, "Normal", "WaitForFirstConsumer", message);
      return;
    }
    if (storageClass.provisioner !== localPathProvisioner) {
      return;
    }
    const claim = this.#assignProvisioner(unassigned);
    const name = `${claim.metadata?.namespace}/${claim.metadata?.name}`;
    this.#record(
      this.#events,
      claim,
      "Normal",
      "ExternalProvisioning",
      `Waiting for a volume to be created either by the external provisioner '${localPathProvisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`,
    );
    this.#record(
      this.#provisionerEvents,
      claim,
      "Normal",
      "Provisioning",
      `External provisioner is provisioning volume for claim "${name}"`,
    );
    const problem = provisioningProblem(claim);
    if (problem) {
      const message = `failed to provision volume with StorageClass "${storageClass.metadata?.name}": ${problem}`;
      this.#record(this.#provisionerEvents, claim, "Warning", "ProvisioningFailed", message);
      return;
    }
    const volume = this.#client.create(persistentVolumes, volumeFor(claim, storageClass, node ?? ""));
    const made = `Successfully provisioned volume ${volume.metadata?.name}`;
    this.#record(this.#provisionerEvents, claim, "Normal", "ProvisioningSucceeded", made);
    this.#bind(claim, volume);
  }

  /** Names the provisioner on the claim (setClaimProvisioner): external provisioners take up what carries their name. */
  #assignProvisioner(claim: IPersistentVolumeClaim): IPersistentVolumeClaim {
    const assigned = structuredClone(claim);
    const annotations = Object.fromEntries(provisionerAnnotations.map((key) => [key, localPathProvisioner]));
    assigned.metadata = {
      ...assigned.metadata,
      annotations: { ...assigned.metadata?.annotations, ...annotations },
    };
    return this.#client.update(persistentVolumeClaims, assigned);
  }

  #bind(claim: IPersistentVolumeClaim, volume: IPersistentVolume): void {
    const bound = structuredClone(claim);
    bound.metadata = {
      ...bound.metadata,
      annotations: {
        ...bound.metadata?.annotations,
        "pv.kubernetes.io/bind-completed": "yes",
        "pv.kubernetes.io/bound-by-controller": "yes",
      },
    };
    bound.spec = { ...bound.spec, volumeName: volume.metadata?.name ?? "" };
    const updated = this.#client.update(persistentVolumeClaims, bound);
    const status = {
      phase: "Bound" as const,
      accessModes: volume.spec?.accessModes ?? [],
      capacity: volume.spec?.capacity ?? {},
    };
    this.#client.update(
      persistentVolumeClaims,
      { ...structuredClone(updated), status },
      { subresource: "status" },
    );
    this.#setPhase(volume, "Bound");
  }

  #syncVolume(name: string): void {
    const volume = this.#client.find(persistentVolumes, { name });
    const reference = volume?.spec?.claimRef;
    if (!volume || !reference) {
      return;
    }
    const key = { namespace: reference.namespace, name: reference.name ?? "" };
    const claim = this.#client.find(persistentVolumeClaims, key);
    if (claim?.metadata?.uid === reference.uid) {
      return;
    }
    const released = this.#setPhase(volume, "Released");
    const isReclaimed = released.spec?.persistentVolumeReclaimPolicy === "Delete";
    if (isReclaimed && !released.metadata?.deletionTimestamp && !this.#teardowns.has(name)) {
      this.#teardowns.set(
        name,
        this.#clock.after(teardownMs, () => this.#tearDown(released)),
      );
    }
  }

  #tearDown(volume: IPersistentVolume): void {
    const name = volume.metadata?.name ?? "";
    this.#teardowns.delete(name);
    rmSync(volumeFolder(this.#volumesFolder, volume), { recursive: true, force: true });
    try {
      this.#client.delete(persistentVolumes, { name });
    } catch (error) {
      if (!isNotFound(error)) {
        throw error;
      }
    }
  }

  #setPhase(volume: IPersistentVolume, phase: "Bound" | "Released"): IPersistentVolume {
    const current = this.#client.get(persistentVolumes, { name: volume.metadata?.name ?? "" });
    if (current.status?.phase === phase) {
      return current;
    }
    return this.#client.update(
      persistentVolumes,
      { ...structuredClone(current), status: { phase } },
      { subresource: "status" },
    );
  }

  #record(
    recorder: EventRecorder,
    object: IPersistentVolumeClaim,
    type: "Normal" | "Warning",
    reason: string,
    message: string,
  ): void {
    recorder.record({ apiVersion: "v1", kind: "PersistentVolumeClaim", object }, type, reason, message);
  }
}

/** A name as a Deployment's Pods have: the provisioner signs its Events with it. */
function provisionerPod(): string {
  const random = (length: number) => randomUUID().replaceAll("-", "").slice(0, length);
  return `local-path-provisioner-${random(10)}-${random(5)}`;
}
