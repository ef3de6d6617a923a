import type { IPod } from "kubernetes-models/v1/Pod";
import type { ApiClient } from "../api/apiClient.ts";
import { configMaps, secrets } from "../api/resources.ts";
import { podField } from "./podFields.ts";
import { resourceField } from "./resourceFields.ts";

type ContainerSpec = NonNullable<IPod["spec"]>["containers"][number];

/** A container cannot be made from its spec: kubectl shows the reason CreateContainerConfigError. */
export class ContainerConfigError extends Error {}

/**
 * The variables of a container, from values, fields, Secrets and ConfigMaps; values may name those that are `known`
 * already. Throws ContainerConfigError.
 */
export function containerEnvironment(
  client: ApiClient,
  pod: IPod,
  container: ContainerSpec,
  known: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const { prefix = "", configMapRef, secretRef } of container.envFrom ?? []) {
    const source = configMapRef
      ? readConfigMap(client, pod, configMapRef.name ?? "", configMapRef.optional)
      : readSecret(client, pod, secretRef?.name ?? "", secretRef?.optional);
    for (const [key, value] of Object.entries(source ?? {})) {
      environment[`${prefix}${key}`] = value;
    }
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    const found = valueFrom
      ? referenced(client, pod, container, valueFrom)
      : expand(value ?? "", { ...known, ...environment });
    if (found !== undefined) {
      environment[name] = found;
    }
  }
  return environment;
}

/** Replaces `$(NAME)` by variables; `$$(NAME)` is left as `$(NAME)`, an unknown name as it stands. */
export function expand(text: string, environment: Readonly<Record<string, string>>): string {
  return text.replace(/\$\$|\$\(([A-Za-z_][A-Za-z0-9_.-]*)\)/g, (whole, name: string | undefined) =>
    name === undefined ? "$" : (environment[name] ?? whole),
  );
}

type Source = NonNullable<NonNullable<ContainerSpec["env"]>[number]["valueFrom"]>;

function referenced(
  client: ApiClient,
  pod: IPod,
  container: ContainerSpec,
  source: Source,
): string | undefined {
  const { namespace } = pod.metadata ?? {};
  if (source.fieldRef) {
    return podField(pod, source.fieldRef.fieldPath);
  }
  if (source.secretKeyRef) {
    const { name = "", key, optional } = source.secretKeyRef;
    const data = readSecret(client, pod, name, optional);
    return requireKey(data, key, optional, `couldn't find key ${key} in Secret ${namespace}/${name}`);
  }
  if (source.configMapKeyRef) {
    const { name = "", key, optional } = source.configMapKeyRef;
    const data = readConfigMap(client, pod, name, optional);
    return requireKey(data, key, optional, `couldn't find key ${key} in ConfigMap ${namespace}/${name}`);
  }
  if (source.resourceFieldRef) {
    return resourceField(
      pod,
      source.resourceFieldRef.containerName || container.name,
      source.resourceFieldRef,
    );
  }
  throw new ContainerConfigError("fileKeyRef is not implemented by the practice cluster");
}

function requireKey(
  data: Readonly<Record<string, string>> | undefined,
  key: string,
  optional: boolean | undefined,
  problem: string,
): string | undefined {
  const value = data?.[key];
  if (value === undefined && data && !optional) {
    throw new ContainerConfigError(problem);
  }
  return value;
}

/** A Secret's values, decoded. Throws ContainerConfigError when it is missing and not optional. */
export function readSecretBytes(
  client: ApiClient,
  pod: IPod,
  name: string,
  optional: boolean | undefined,
): Record<string, Buffer> | undefined {
  const secret = client.find(secrets, { namespace: pod.metadata?.namespace, name });
  if (!secret && !optional) {
    throw new ContainerConfigError(`secret "${name}" not found`);
  }
  return secret && mapValues(secret.data ?? {}, (value) => Buffer.from(value, "base64"));
}

/** A ConfigMap's values. Throws ContainerConfigError when it is missing and not optional. */
export function readConfigMapBytes(
  client: ApiClient,
  pod: IPod,
  name: string,
  optional: boolean | undefined,
): Record<string, Buffer> | undefined {
  const map = client.find(configMaps, { namespace: pod.metadata?.namespace, name });
  if (!map && !optional) {
    throw new ContainerConfigError(`configmap "${name}" not found`);
  }
  return (
    map && {
      ...mapValues(map.data ?? {}, (value) => Buffer.from(value)),
      ...mapValues(map.binaryData ?? {}, (value) => Buffer.from(value, "base64")),
    }
  );
}

function readSecret(client: ApiClient, pod: IPod, name: string, optional: boolean | undefined) {
  const data = readSecretBytes(client, pod, name, optional);
  return data && mapValues(data, String);
}

/** Variables come from text only: binaryData is left out. */
function readConfigMap(client: ApiClient, pod: IPod, name: string, optional: boolean | undefined) {
  readConfigMapBytes(client, pod, name, optional);
  const map = client.find(configMaps, { namespace: pod.metadata?.namespace, name });
  return map && { ...map.data };
}

function mapValues<From, To>(
  values: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}
