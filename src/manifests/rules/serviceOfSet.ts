import type { KubernetesObject } from "../../common/kubernetes/objects.ts";
import type { ManifestObject } from "../source/manifestObject.ts";
import type { Scene } from "../workspace/scene.ts";

/** What rules ask of the Service that a set names, wherever it was found. */
export interface GoverningService {
  readonly name: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly isHeadless: boolean;
  readonly publishesUnready: boolean;
  /** The manifest, where it is one of ours. */
  readonly manifest: ManifestObject | undefined;
}

interface LiveService extends KubernetesObject {
  readonly spec?: {
    readonly clusterIP?: string;
    readonly selector?: Readonly<Record<string, string>>;
    readonly publishNotReadyAddresses?: boolean;
  };
}

/** The Service that `set` names in serviceName: from the manifests, else from the cluster. */
export function governingService(set: ManifestObject, scene: Scene): GoverningService | undefined {
  const name = set.text(["spec", "serviceName"]);
  if (!name) {
    return undefined;
  }
  const manifest = scene.neighbour("Service", name, set);
  if (manifest) {
    return {
      name,
      manifest,
      selector: manifest.texts(["spec", "selector"]),
      isHeadless: manifest.text(["spec", "clusterIP"]) === "None",
      publishesUnready: manifest.get(["spec", "publishNotReadyAddresses"]) === true,
    };
  }
  const live = scene.liveNeighbour("v1", "Service", name, set) as LiveService | undefined;
  return live
    ? {
        name,
        manifest: undefined,
        selector: live.spec?.selector ?? {},
        isHeadless: live.spec?.clusterIP === "None",
        publishesUnready: live.spec?.publishNotReadyAddresses === true,
      }
    : undefined;
}
