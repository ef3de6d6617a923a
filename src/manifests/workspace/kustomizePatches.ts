import { dirname, join, normalize } from "node:path";
import type { ManifestFile } from "../source/manifestFile.ts";
import { mostAliases, parseYamlDocument } from "../source/parseYaml.ts";

const kustomizationName = /(^|[/\\])kustomization\.ya?ml$/;

/** A kustomization is parsed once for each text that it has. */
const parsed = new WeakMap<ManifestFile, readonly string[]>();

/**
 * The names of the files that a kustomization among `files` merges into others (`patches`, `patchesStrategicMerge`,
 * `patchesJson6902`). They look like objects and are only parts of some: what is missing in them is elsewhere.
 */
export function kustomizePatches(files: Iterable<ManifestFile>): ReadonlySet<string> {
  return new Set([...files].flatMap(patchesOf));
}

/** Whether `name` is one of `patches`, however its path is written. */
export function isPatch(name: string, patches: ReadonlySet<string>): boolean {
  return patches.has(normalize(name));
}

function patchesOf(file: ManifestFile): readonly string[] {
  if (!kustomizationName.test(file.name)) {
    return [];
  }
  const known = parsed.get(file) ?? namedPaths(file.text).map((path) => join(dirname(file.name), path));
  parsed.set(file, known);
  return known;
}

/** The paths of patches as the kustomization writes them; none of a text that cannot be read. */
function namedPaths(text: string): readonly string[] {
  const document = parseYamlDocument(text);
  if (document.errors.length > 0) {
    return [];
  }
  const value: unknown = readable(document);
  const named = ["patches", "patchesStrategicMerge", "patchesJson6902"].flatMap((list) => {
    const items = field(value, list);
    return Array.isArray(items) ? items.map((item: unknown) => field(item, "path") ?? item) : [];
  });
  // an entry of patchesStrategicMerge may also be the patch itself
  return named.filter((path): path is string => typeof path === "string" && !path.includes("\n"));
}

/** The document's value; undefined where its aliases have no end. */
function readable(document: ReturnType<typeof parseYamlDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: mostAliases });
  } catch {
    return undefined;
  }
}

/** The field of a value that may be anything. */
function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
