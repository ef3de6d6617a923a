import { allContainerPaths, claimTemplates, podSpecPath } from "../rules/podTemplate.ts";
import type { FieldPath } from "../source/fieldPath.ts";
import type { Span } from "../source/manifestDocument.ts";
import type { ManifestObject } from "../source/manifestObject.ts";

/** One entry of the outline. */
export interface OutlineEntry {
  readonly name: string;
  /** What stands beside the name: the kind, a container's image, a claim's size. */
  readonly detail: string;
  readonly what: "object" | "container" | "claim" | "volume" | "port" | "key";
  /** Everything that belongs to it. */
  readonly whole: Span;
  /** Its name, or what comes closest. */
  readonly head: Span;
  readonly children: readonly OutlineEntry[];
}

/** The outline of one object: its containers with their ports, volumes, claim templates, ports of a Service, keys of data. */
export function outlineOf(object: ManifestObject): OutlineEntry {
  const head = object.valueSpan(["metadata", "name"]);
  const children = [
    ...allContainerPaths(object).map((path) => containerEntry(object, path)),
    ...claimTemplates(object).map(({ path }) =>
      entry(object, path, {
        name: ["metadata", "name"],
        what: "claim",
        detail: object.text([...path, "spec", "resources", "requests", "storage"]) ?? "",
      }),
    ),
    ...object
      .items([...podSpecPath(object), "volumes"])
      .map((path) => entry(object, path, { name: ["name"], what: "volume", detail: sourceOf(object, path) })),
    ...(object.kind === "Service" && object.isBuiltIn ? portEntries(object, ["spec", "ports"], "port") : []),
    ...keyEntries(object),
  ];
  return {
    name: object.name || "–",
    detail: object.kind,
    what: "object",
    head,
    whole: around(wholeOf(object, []), head),
    children,
  };
}

function containerEntry(object: ManifestObject, path: FieldPath): OutlineEntry {
  return entry(object, path, {
    name: ["name"],
    what: "container",
    detail: object.text([...path, "image"]) ?? "",
    children: portEntries(object, [...path, "ports"], "containerPort"),
  });
}

function portEntries(object: ManifestObject, list: FieldPath, number: string): readonly OutlineEntry[] {
  return object.items(list).map((path) => {
    const port = String(object.number([...path, number]) ?? "");
    const isNamed = object.text([...path, "name"]) !== undefined;
    return entry(object, path, {
      name: isNamed ? ["name"] : [number],
      what: "port",
      detail: isNamed ? port : "",
    });
  });
}

/** The keys of a ConfigMap or Secret; never their values. */
function keyEntries(object: ManifestObject): readonly OutlineEntry[] {
  if (!object.isBuiltIn || !["ConfigMap", "Secret"].includes(object.kind)) {
    return [];
  }
  return ["data", "stringData", "binaryData"].flatMap((field) =>
    Object.keys(object.object([field]) ?? {}).map((key) => {
      const path = [field, key];
      const head = object.keySpan(path);
      const whole = around(wholeOf(object, path), head);
      return { name: key, detail: "", what: "key" as const, head, whole, children: [] };
    }),
  );
}

/** What a volume is of: the first field beside its name. */
function sourceOf(object: ManifestObject, path: FieldPath): string {
  return Object.keys(object.object(path) ?? {}).find((key) => key !== "name") ?? "";
}

interface EntryParts {
  readonly name: FieldPath;
  readonly what: OutlineEntry["what"];
  readonly detail: string;
  readonly children?: readonly OutlineEntry[];
}

function entry(object: ManifestObject, path: FieldPath, { name, what, detail, children = [] }: EntryParts) {
  const value = object.get([...path, ...name]);
  const head = object.valueSpan([...path, ...name]);
  const shown = typeof value === "string" || typeof value === "number" ? String(value) : "–";
  return { name: shown || "–", detail, what, head, whole: around(wholeOf(object, path), head), children };
}

/** From a value's first character to its last; blank lines and what follows it belong to the next. */
function wholeOf(object: ManifestObject, path: FieldPath): Span {
  const range = object.document.node([...object.base, ...path])?.range;
  const [start, end] = range ? [range[0], range[1]] : [0, 0];
  return { start, end: start + object.document.text.slice(start, end).trimEnd().length };
}

/** The smallest span that has both: the editor refuses a head outside of its whole. */
function around(whole: Span, head: Span): Span {
  return { start: Math.min(whole.start, head.start), end: Math.max(whole.end, head.end) };
}
