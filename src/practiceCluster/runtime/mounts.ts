import type { IPersistentVolume } from "kubernetes-models/v1/PersistentVolume";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { ApiClient } from "../api/apiClient.ts";
import { persistentVolumeClaims, persistentVolumes } from "../api/resources.ts";
import type { ContainerMount, MountSource } from "./container.ts";
import { expand } from "./environment.ts";
import { volumeFiles } from "./volumeFiles.ts";

type PodSpec = NonNullable<IPod["spec"]>;
type Volume = NonNullable<PodSpec["volumes"]>[number];

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
export function podVolumes(pod: IPod, options: MountOptions): ReadonlyMap<string, MountSource> {
  return new Map(
    (pod.spec?.volumes ?? []).map((volume) => [volume.name, volumeSource(pod, volume, options)]),
  );
}

/** A container's mounts, from its volumeMounts; `environment` is for subPathExpr. */
export function containerMounts(
  container: PodSpec["containers"][number],
  volumes: ReadonlyMap<string, MountSource>,
  environment: Readonly<Record<string, string>>,
): ContainerMount[] {
  return (container.volumeMounts ?? []).flatMap(
    ({ name, mountPath, readOnly = false, subPath, subPathExpr }) => {
      const source = volumes.get(name);
      const below = subPathExpr ? expand(subPathExpr, environment) : subPath;
      return source ? [{ mountPath, readOnly, source: below ? withSubPath(source, below) : source }] : [];
    },
  );
}

/** A part of a volume; files of a Secret or ConfigMap do not follow their source then, as on a real node. */
function withSubPath(source: MountSource, subPath: string): MountSource {
  if (source.kind !== "files") {
    return { ...source, subPath };
  }
  const only = source.files.get(subPath);
  if (only) {
    return { kind: "files", files: new Map([["", only]]) };
  }
  const below = [...source.files].filter(([path]) => path.startsWith(`${subPath}/`));
  return {
    kind: "files",
    files: new Map(below.map(([path, file]) => [path.slice(subPath.length + 1), file])),
  };
}

function volumeSource(pod: IPod, volume: Volume, options: MountOptions): MountSource {
  if (volume.persistentVolumeClaim) {
    return { kind: "folder", path: claimFolder(pod, volume, options) };
  }
  if (volume.emptyDir) {
    return { kind: "shared", name: volume.name };
  }
  const files = mountedFiles(pod, volume, options.client);
  if (!files) {
    throw new MountError(
      volume.name,
      `volume type of "${volume.name}" is not implemented by the practice cluster`,
    );
  }
  return { kind: "files", files, name: volume.name };
}

function mountedFiles(pod: IPod, volume: Volume, client: ApiClient) {
  try {
    return volumeFiles(pod, volume, client);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new MountError(volume.name, `MountVolume.SetUp failed for volume "${volume.name}" : ${message}`);
  }
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
