import { describeField } from "../../common/kubernetes/schema/describeField.ts";
import type { ManifestDocument } from "../source/manifestDocument.ts";
import type { Scene } from "../workspace/scene.ts";
import { cursorContext } from "./cursorContext.ts";
import { referencesFor } from "./references.ts";

export interface Completion {
  readonly label: string;
  /** What is written in place of the prefix. */
  readonly text: string;
  readonly detail: string;
  readonly documentation: string;
  readonly kind: "field" | "value" | "reference";
}

export interface CompletionList {
  /** Where the text to be replaced begins, in the document. */
  readonly start: number;
  readonly items: readonly Completion[];
}

/** What may stand at `offset`: fields of the schema, values that it lists, and names of other objects. */
export function completionsAt(
  document: ManifestDocument,
  offset: number,
  scene: Scene,
): CompletionList | undefined {
  const kind = /^kind:\s*["']?(\w+)/m.exec(document.text)?.[1];
  const apiVersion = /^apiVersion:\s*["']?([\w./-]+)/m.exec(document.text)?.[1];
  const context = document.isTemplate ? undefined : cursorContext(document.text, offset);
  if (!context || !kind || !apiVersion) {
    return undefined;
  }
  const { path, start, siblings } = context;
  const field = describeField(apiVersion, kind, path);
  if (context.writes === "key") {
    const items = (field?.children ?? [])
      .filter(({ name }) => name !== "status" && !siblings.includes(name))
      .map(({ name, type, description, isRequired }) => ({
        label: name,
        text: `${name}:${type.startsWith("[]") || /^[A-Z]/.test(type) ? "" : " "}`,
        detail: `${type}${isRequired ? " *" : ""}`,
        documentation: description,
        kind: "field" as const,
      }));
    return { start, items };
  }
  const values = field?.type === "boolean" ? ["true", "false"] : (field?.values ?? []);
  const listed = values.map((value) => ({
    label: value,
    text: value,
    detail: "",
    documentation: field?.description ?? "",
    kind: "value" as const,
  }));
  return { start, items: [...referencesFor(document, kind, path, scene), ...listed] };
}
