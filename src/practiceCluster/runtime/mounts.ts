import type { IPersistentVolume } from "kubernetes-models/v1/PersistentVolume";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { ApiClient } from "../api/apiClient.ts";
import { persistentVolumeClaims, persistentVolumes } from "../api/resources.ts";
import type { ContainerMount } from "./container.ts";
import { readConfigMap, readSecret } from "./environment.ts";
import { podField } from "./podFields.ts";

type PodSpec = NonNullable<IPod["spec"]>;
type Volume = NonNullable<PodSpec["volumes"]>[number];
type Source = ContainerMount["source"];

/** A volume cannot be mounted yet: the Pod waits in ContainerCreating, with a FailedMount event. */
export class MountError extends Error {
  readonly volume: string;

  constructor(volume: string, message: string) {
    super(message);
    this.volume = volume;
  }
}

export interface MountOptions {
  readonly client: ApiClient;
  /** The folder on disk that stands for a volume. */
  readonly folderOf: (volume: IPersistentVolume) => string;
}

/** The sources of a Pod's volumes by name. Throws MountError for the first that is not there. */
export function podVolumes(pod: IPod, options: MountOptions): ReadonlyMap<string, Source> {
  return new Map(
    (pod.spec?.volumes ?? []).map((volume) => [volume.name, volumeSource(pod, volume, options)]),
  );
}

/** A container's mounts, from its volumeMounts. */
export function containerMounts(
  container: PodSpec["containers"][number],
  volumes: ReadonlyMap<string, Source>,
): ContainerMount[] {
  return (container.volumeMounts ?? []).flatMap(({ name, mountPath, readOnly = false, subPath }) => {
    const source = volumes.get(name);
    return source ? [{ mountPath, readOnly, source: subPath ? withSubPath(source, subPath) : source }] : [];
  });
}

function withSubPath(source: Source, subPath: string): Source {
  if (source.kind === "files") {
    const content = source.files.get(subPath);
    return { kind: "files", files: new Map(content === undefined ? [] : [["", content]]) };
  }
  return source.kind === "folder"
    ? { ...source, path: `${source.path}/${subPath}` }
    : { ...source, name: `${source.name}/${subPath}` };
}

function volumeSource(pod: IPod, volume: Volume, options: MountOptions): Source {
  if (volume.persistentVolumeClaim) {
    return { kind: "folder", path: claimFolder(pod, volume, options) };
  }
  if (volume.emptyDir) {
    return { kind: "shared", name: volume.name };
  }
  const files = inMemory(pod, volume, options.client);
  if (!files) {
    throw new MountError(
      volume.name,
      `volume type of "${volume.name}" is not implemented by the practice cluster`,
    );
  }
  return { kind: "files", files };
}

function claimFolder(pod: IPod, volume: Volume, { client, folderOf }: MountOptions): string {
  const name = volume.persistentVolumeClaim?.claimName ?? "";
  const claim = client.find(persistentVolumeClaims, { namespace: pod.metadata?.namespace, name });
  const found = client.find(persistentVolumes, { name: claim?.spec?.volumeName ?? "" });
  if (!found) {
    throw new MountError(volume.name, `persistentvolumeclaim "${name}" is not bound`);
  }
  return folderOf(found);
}

function inMemory(pod: IPod, volume: Volume, client: ApiClient): Map<string, string> | undefined {
  try {
    if (volume.secret) {
      return chosen(
        readSecret(client, pod, volume.secret.secretName ?? "", volume.secret.optional),
        volume.secret.items,
      );
    }
    if (volume.configMap) {
      return chosen(
        readConfigMap(client, pod, volume.configMap.name ?? "", volume.configMap.optional),
        volume.configMap.items,
      );
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new MountError(volume.name, `MountVolume.SetUp failed for volume "${volume.name}" : ${message}`);
  }
  if (volume.downwardAPI) {
    return downward(pod, volume.downwardAPI.items ?? []);
  }
  return volume.projected ? projected(pod, volume, client) : undefined;
}

function projected(pod: IPod, volume: Volume, client: ApiClient): Map<string, string> {
  const files = (volume.projected?.sources ?? []).flatMap((source): (readonly [string, string])[] => {
    if (source.serviceAccountToken) {
      return [
        [
          source.serviceAccountToken.path,
          `${pod.metadata?.namespace}:${pod.spec?.serviceAccountName}`,
        ] as const,
      ];
    }
    if (source.configMap) {
      const { name = "", optional, items } = source.configMap;
      return [...chosen(readConfigMap(client, pod, name, optional), items)];
    }
    if (source.secret) {
      const { name = "", optional, items } = source.secret;
      return [...chosen(readSecret(client, pod, name, optional), items)];
    }
    return [...downward(pod, source.downwardAPI?.items ?? [])];
  });
  return new Map(files);
}

function chosen(
  data: Readonly<Record<string, string>> | undefined,
  items: readonly { key: string; path: string }[] | undefined,
): Map<string, string> {
  const entries = Object.entries(data ?? {});
  if (!items) {
    return new Map(entries);
  }
  return new Map(
    items.flatMap(({ key, path }) => (data?.[key] === undefined ? [] : [[path, data[key]] as const])),
  );
}

function downward(
  pod: IPod,
  items: readonly { path: string; fieldRef?: { fieldPath: string } }[],
): Map<string, string> {
  return new Map(items.map(({ path, fieldRef }) => [path, podField(pod, fieldRef?.fieldPath ?? "")]));
}
