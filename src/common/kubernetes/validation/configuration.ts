import { objectIn } from "../defaults/fill.ts";
import { jsonEqual } from "../jsonValues.ts";
import type { JsonObject } from "../objects.ts";
import { dataKeyProblems } from "./formats.ts";
import type { Problems } from "./problems.ts";
import { immutable, mapOf, textOf } from "./values.ts";

const mostBytes = 1024 * 1024;

function decodedSize(base64: string): number {
  return Buffer.from(base64, "base64").length;
}

export function validateConfigMap(problems: Problems, configMap: JsonObject): void {
  const data = mapOf(configMap.data);
  const binary = mapOf(configMap.binaryData);
  let size = 0;
  for (const [key, value] of Object.entries(data)) {
    problems.invalidAll(`data[${key}]`, key, dataKeyProblems(key));
    if (key in binary) {
      problems.invalid(`data[${key}]`, key, "duplicate of key present in binaryData");
    }
    size += Buffer.byteLength(value);
  }
  for (const [key, value] of Object.entries(binary)) {
    problems.invalidAll(`binaryData[${key}]`, key, dataKeyProblems(key));
    size += decodedSize(value);
  }
  if (size > mostBytes) {
    problems.tooLong("", mostBytes);
  }
}

const requiredKeys: Readonly<Record<string, readonly string[]>> = {
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
};

function validateSecretType(problems: Problems, secret: JsonObject, data: Record<string, string>): void {
  const type = textOf(secret.type);
  // own keys only: a type may be named "constructor"
  for (const key of Object.hasOwn(requiredKeys, type) ? (requiredKeys[type] ?? []) : []) {
    if (!Object.hasOwn(data, key)) {
      problems.required(`data[${key}]`);
    }
  }
  if (type === "kubernetes.io/basic-auth" && !("username" in data) && !("password" in data)) {
    problems.required("data[username]");
    problems.required("data[password]");
  }
  const account = "kubernetes.io/service-account.name";
  const annotations = mapOf(objectIn(secret, "metadata")?.annotations);
  if (type === "kubernetes.io/service-account-token" && !annotations[account]) {
    problems.required(`metadata.annotations[${account}]`);
  }
}

export function validateSecret(problems: Problems, secret: JsonObject): void {
  const data = mapOf(secret.data);
  let size = 0;
  for (const [key, value] of Object.entries(data)) {
    problems.invalidAll(`data[${key}]`, key, dataKeyProblems(key));
    size += decodedSize(value);
  }
  if (size > mostBytes) {
    problems.tooLong("data", mostBytes);
  }
  validateSecretType(problems, secret, data);
}

function keepImmutable(
  problems: Problems,
  object: JsonObject,
  old: JsonObject,
  keys: readonly string[],
): void {
  if (old.immutable !== true) {
    return;
  }
  const message = "field is immutable when `immutable` is set";
  if (object.immutable !== true) {
    problems.forbidden("immutable", message);
  }
  for (const key of keys) {
    if (!jsonEqual(object[key] ?? {}, old[key] ?? {})) {
      problems.forbidden(key, message);
    }
  }
}

export function validateConfigMapUpdate(problems: Problems, configMap: JsonObject, old: JsonObject): void {
  keepImmutable(problems, configMap, old, ["data", "binaryData"]);
  validateConfigMap(problems, configMap);
}

export function validateSecretUpdate(problems: Problems, secret: JsonObject, old: JsonObject): void {
  immutable(problems, "type", secret.type, old.type);
  keepImmutable(problems, secret, old, ["data"]);
  validateSecret(problems, secret);
}
