import type { ITokenRequest } from "kubernetes-models/authentication.k8s.io/v1/TokenRequest";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { ApiClient } from "../api/apiClient.ts";
import { serviceAccounts } from "../api/resources.ts";
import type { VolumeFiles } from "./container.ts";
import { ContainerConfigError, readConfigMapBytes, readSecretBytes } from "./environment.ts";
import { podField } from "./podFields.ts";
import { resourceField } from "./resourceFields.ts";

type Volume = NonNullable<NonNullable<IPod["spec"]>["volumes"]>[number];
type Projection = NonNullable<NonNullable<Volume["projected"]>["sources"]>[number];
type Items = readonly { readonly key: string; readonly path: string; readonly mode?: number }[];
type DownwardItems = NonNullable<NonNullable<Volume["downwardAPI"]>["items"]>;
type Data = Readonly<Record<string, Buffer>> | undefined;

const usualMode = 0o644;

/**
 * The files of a volume that stands for objects of the API; undefined for other kinds. Throws ContainerConfigError
 * where an object or a key is missing that is not optional.
 */
export function volumeFiles(pod: IPod, volume: Volume, client: ApiClient): VolumeFiles | undefined {
  const { secret, configMap, downwardAPI, projected } = volume;
  if (secret) {
    const { secretName = "", optional, items, defaultMode } = secret;
    return chosen(readSecretBytes(client, pod, secretName, optional), items, defaultMode, optional);
  }
  if (configMap) {
    const { name = "", optional, items, defaultMode } = configMap;
    return chosen(readConfigMapBytes(client, pod, name, optional), items, defaultMode, optional);
  }
  if (downwardAPI) {
    return downward(pod, downwardAPI.items ?? [], downwardAPI.defaultMode);
  }
  if (!projected) {
    return undefined;
  }
  const mode = projected.defaultMode;
  return new Map((projected.sources ?? []).flatMap((source) => [...projection(pod, source, mode, client)]));
}

function projection(pod: IPod, source: Projection, mode: number | undefined, client: ApiClient): VolumeFiles {
  if (source.serviceAccountToken) {
    const { path, audience, expirationSeconds } = source.serviceAccountToken;
    return new Map([
      [path, { contents: token(pod, client, audience, expirationSeconds), mode: mode ?? usualMode }],
    ]);
  }
  if (source.configMap) {
    const { name = "", optional, items } = source.configMap;
    return chosen(readConfigMapBytes(client, pod, name, optional), items, mode, optional);
  }
  if (source.secret) {
    const { name = "", optional, items } = source.secret;
    return chosen(readSecretBytes(client, pod, name, optional), items, mode, optional);
  }
  return downward(pod, source.downwardAPI?.items ?? [], mode);
}

/** A token for the Pod's account, as the kubelet asks the TokenRequest API for it. */
function token(
  pod: IPod,
  client: ApiClient,
  audience: string | undefined,
  expirationSeconds: number | undefined,
): Buffer {
  const { namespace, name, uid } = pod.metadata ?? {};
  const key = { namespace, name: pod.spec?.serviceAccountName ?? "default" };
  const request = {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: {
      audiences: audience ? [audience] : [],
      expirationSeconds: expirationSeconds ?? 3600,
      boundObjectRef: { kind: "Pod", apiVersion: "v1", name, uid },
    },
  };
  const answer = client.post(serviceAccounts, key, "token", request) as ITokenRequest;
  return Buffer.from(answer.status?.token ?? "");
}

function chosen(
  data: Data,
  items: Items | undefined,
  defaultMode: number | undefined,
  optional: boolean | undefined,
): VolumeFiles {
  const mode = defaultMode ?? usualMode;
  if (!items) {
    return new Map(Object.entries(data ?? {}).map(([key, contents]) => [key, { contents, mode }]));
  }
  const files = new Map<string, { contents: Buffer; mode: number }>();
  for (const { key, path, mode: own } of items) {
    const contents = data?.[key];
    if (contents) {
      files.set(path, { contents, mode: own ?? mode });
    } else if (data && !optional) {
      throw new ContainerConfigError(`references non-existent config key: ${key}`);
    }
  }
  return files;
}

function downward(pod: IPod, items: DownwardItems, defaultMode: number | undefined): VolumeFiles {
  return new Map(
    items.map(({ path, fieldRef, resourceFieldRef, mode }) => {
      const text = resourceFieldRef
        ? resourceField(pod, resourceFieldRef.containerName ?? "", resourceFieldRef)
        : podField(pod, fieldRef?.fieldPath ?? "");
      return [path, { contents: Buffer.from(text), mode: mode ?? defaultMode ?? usualMode }];
    }),
  );
}
