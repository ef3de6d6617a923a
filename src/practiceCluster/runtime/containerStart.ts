import type { IPod } from "kubernetes-models/v1/Pod";
import { quantityToNumber } from "../../common/kubernetes/quantity.ts";
import type { ContainerSettings, MountSource } from "./container.ts";
import { containerEnvironment, expand } from "./environment.ts";
import { containerMounts } from "./mounts.ts";
import type { NodeSurroundings } from "./podHandle.ts";
import { serviceEnvironment } from "./serviceEnvironment.ts";

type ContainerSpec = NonNullable<IPod["spec"]>["containers"][number];

/** What a container is made from. Throws ContainerConfigError where its variables have no source. */
export function containerSettings(
  { client, hostAddress }: NodeSurroundings,
  pod: IPod,
  address: string,
  spec: ContainerSpec,
  volumes: ReadonlyMap<string, MountSource>,
  onOutOfMemory: () => void,
): ContainerSettings {
  const { uid = "", namespace = "default", name = "" } = pod.metadata ?? {};
  const withAddress = { ...pod, status: { ...pod.status, podIP: address, hostIP: hostAddress } };
  const links = serviceEnvironment(client, pod);
  const environment = { ...links, ...containerEnvironment(client, withAddress, spec, links) };
  return {
    podUid: uid,
    namespace,
    subdomain: pod.spec?.subdomain,
    imageReference: spec.image ?? "",
    command: spec.command?.map((word) => expand(word, environment)),
    args: spec.args?.map((word) => expand(word, environment)),
    environment,
    hostname: pod.spec?.hostname ?? name,
    workingDirectory: spec.workingDir,
    address,
    mounts: containerMounts(spec, volumes, environment),
    memoryLimitBytes: memoryLimit(spec.resources),
    onOutOfMemory,
  };
}

/** The memory limit in bytes; undefined: none. */
export function memoryLimit(resources: ContainerSpec["resources"]): number | undefined {
  const limit = resources?.limits?.["memory"];
  return limit === undefined ? undefined : quantityToNumber(limit);
}
