import { type Document, LineCounter, parseDocument, type Tags } from "yaml";

/** Tags that YAML 1.1 has and kubectl's reader (sigs.k8s.io/yaml) leaves as text: times of day and dates. */
const leftAsText = /^tag:yaml.org,2002:timestamp$/;

/** Options that make the parser read a manifest as kubectl does: YAML 1.1, so that `on` is true and 0644 is octal. */
const options = {
  version: "1.1",
  merge: true,
  prettyErrors: false,
  keepSourceTokens: false,
  customTags: (tags: Tags) =>
    tags.filter(
      (tag) =>
        typeof tag === "string" || (!leftAsText.test(tag.tag) && !("format" in tag && tag.format === "TIME")),
    ),
} as const;

/** Aliases may be followed this often: more is a bomb, not a manifest. */
export const mostAliases = 100;

/** Parses one document of a stream. Never throws: mistakes are in `errors` of the result. */
export function parseYamlDocument(text: string): Document.Parsed {
  return parseDocument(text, options);
}

export { LineCounter };
