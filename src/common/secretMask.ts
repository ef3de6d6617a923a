import { isMap, isScalar, isSeq, parseAllDocuments, type YAMLMap } from "yaml";

/** Stands for every value of a Secret that is shown. */
export const mask = "•••";

/** The fields of a Secret that hold values, in base64 and in plain text. */
const valueFields = ["data", "stringData"] as const;
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** Beyond this a text is not read for Secrets; one that may hold any is not shown at all. */
const longestText = 500_000;

/** A copy of an object (or list of objects) in which Secrets keep their keys and lose their values; anything else as it is. */
export function maskSecretValues(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(maskSecretValues);
  }
  if (!isRecord(value)) {
    return value;
  }
  if (Array.isArray(value.items)) {
    const items = value.kind === "SecretList" ? value.items.map(asSecret) : value.items;
    return { ...value, items: maskSecretValues(items) };
  }
  return value.kind === "Secret" ? maskSecret(value) : value;
}

/** Items of a list of one kind do not name it. */
function asSecret(item: unknown): unknown {
  return isRecord(item) ? { ...item, kind: "Secret" } : item;
}

function maskSecret(secret: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const masked: Record<string, unknown> = { ...secret };
  for (const field of valueFields) {
    if (isRecord(secret[field])) {
      masked[field] = maskEach(secret[field]);
    }
  }
  const metadata = secret.metadata;
  if (isRecord(metadata) && isRecord(metadata.annotations) && lastApplied in metadata.annotations) {
    masked.metadata = { ...metadata, annotations: { ...metadata.annotations, [lastApplied]: mask } };
  }
  return masked;
}

function maskEach(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.keys(values).map((key) => [key, mask]));
}

/** Whether a field of an object of that kind holds a Secret's values. */
export function isSecretValue(kind: unknown, path: readonly (string | number)[]): boolean {
  const [first = ""] = path;
  return (
    kind === "Secret" &&
    (valueFields.some((field) => field === first) || path.includes(lastApplied) || path.length === 0)
  );
}

/**
 * A text in which the values of Secrets are masked: of manifests and lists in YAML or JSON, and of the patches
 * that kubectl prints with an error. Everything else in it stays as it is, to the character.
 */
export function maskSecretsInText(text: string): string {
  if (!/Secret|secret/.test(text)) {
    return text;
  }
  if (text.length > longestText) {
    return `${mask} (${text.length})`;
  }
  const ranges = secretRanges(text);
  return ranges.length > 0 ? replaceRanges(text, ranges) : maskPatches(text);
}

type Range = readonly [start: number, end: number];

/** Where values of Secrets stand in a stream of YAML documents (JSON is YAML too). */
function secretRanges(text: string): readonly Range[] {
  try {
    const documents = parseAllDocuments(text, { prettyErrors: false, uniqueKeys: false, logLevel: "silent" });
    return Array.isArray(documents)
      ? documents.flatMap(({ contents }) => (isMap(contents) ? rangesOf(contents, false) : []))
      : [];
  } catch {
    return [];
  }
}

function rangesOf(object: YAMLMap, isKnownSecret: boolean): readonly Range[] {
  const items = object.get("items", true);
  if (isSeq(items)) {
    const isSecretList = object.get("kind") === "SecretList";
    return items.items.flatMap((item) => (isMap(item) ? rangesOf(item, isSecretList) : []));
  }
  if (!isKnownSecret && object.get("kind") !== "Secret") {
    return [];
  }
  const values = valueFields.flatMap((field) => {
    const map = object.get(field, true);
    return isMap(map) ? map.items.map(({ value }) => value) : [map];
  });
  const ranges = [...values, object.getIn(["metadata", "annotations", lastApplied], true)].map(rangeOfScalar);
  return ranges.filter((range) => range !== undefined);
}

function rangeOfScalar(node: unknown): Range | undefined {
  if (!isScalar(node) || !node.range || node.value === null || node.value === "") {
    return undefined;
  }
  return [node.range[0], node.range[1]];
}

function replaceRanges(text: string, ranges: readonly Range[]): string {
  let masked = text;
  for (const [start, end] of [...ranges].sort(([left], [right]) => right - left)) {
    const isBlock = /^[|>]/.test(text.slice(start, end));
    masked = `${masked.slice(0, start)}"${mask}"${isBlock ? "\n" : ""}${masked.slice(end)}`;
  }
  return masked;
}

/** `"stringData":{"password":…` inside a message: where such a value ends cannot be told, so the rest of the line goes. */
function maskPatches(text: string): string {
  return text.replaceAll(/(\\*"(?:data|stringData)\\*":\s*\{).*$/gm, `$1${mask}`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
