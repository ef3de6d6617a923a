import { readFile } from "node:fs/promises";
import * as v from "valibot";
import { type Document, isMap, isScalar, LineCounter, parseDocument } from "yaml";
import type { LessonProblem } from "./problem.ts";

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A parsed lesson file: its value, and where each part of it stands. */
export interface YamlSource<T> {
  readonly file: string;
  readonly value: T;
  positionOf(path: readonly (string | number)[]): Position;
}

type Parsed<T> =
  | { readonly source: YamlSource<T>; readonly problems: readonly [] }
  | { readonly source?: undefined; readonly problems: readonly LessonProblem[] };

/** Reads a YAML file and parses it by `schema`. Everything wrong comes back as problems with positions. */
export async function readYaml<Schema extends v.GenericSchema>(
  file: string,
  schema: Schema,
): Promise<Parsed<v.InferOutput<Schema>>> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { problems: [{ file, line: 1, column: 1, rule: "file", message }] };
  }
  return parseYaml(file, text, schema);
}

/** As readYaml, for text that is at hand. */
export function parseYaml<Schema extends v.GenericSchema>(
  file: string,
  text: string,
  schema: Schema,
): Parsed<v.InferOutput<Schema>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const [broken] = document.errors;
  if (broken) {
    // what follows the first syntax error is mostly its echo
    return { problems: [{ file, ...at(broken.pos[0]), rule: "yaml", message: broken.message }] };
  }
  const positionOf = (path: readonly (string | number)[]): Position => {
    for (let length = path.length; length > 0; length--) {
      const node: unknown = document.getIn(path.slice(0, length), true);
      if (hasRange(node)) {
        return at(node.range[0]);
      }
    }
    return { line: 1, column: 1 };
  };
  const result = v.safeParse(schema, document.toJS());
  if (!result.success) {
    return {
      problems: flatIssues(result.issues, []).map(({ path, message, isKey }) => ({
        file,
        ...((isKey ? keyPosition(document, path, at) : undefined) ?? positionOf(path)),
        rule: "schema",
        message: path.length > 0 ? `${path.join(".")}: ${message}` : message,
      })),
    };
  }
  return { source: { file, value: result.output, positionOf }, problems: [] };
}

interface FlatIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** The key itself is wrong, not its value. */
  readonly isKey: boolean;
}

/** Where a key stands in its map. */
function keyPosition(
  document: Document,
  path: readonly (string | number)[],
  at: (offset: number) => Position,
): Position | undefined {
  const parent: unknown = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  const pair = isMap(parent)
    ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)))
    : undefined;
  return hasRange(pair?.key) ? at(pair.key.range[0]) : undefined;
}

/** The deepest issues of each union's best match say what is wrong; the union itself only that something is. */
function flatIssues(
  issues: readonly v.BaseIssue<unknown>[],
  above: readonly (string | number)[],
): readonly FlatIssue[] {
  return issues.flatMap((issue) => {
    const own = (issue.path ?? []).map(({ key }) => (typeof key === "number" ? key : String(key)));
    const path = [...above, ...own];
    const isKey = issue.path?.at(-1)?.origin === "key";
    return issue.issues ? deepest(flatIssues(issue.issues, path)) : [{ path, message: issue.message, isKey }];
  });
}

function deepest(issues: readonly FlatIssue[]): readonly FlatIssue[] {
  const depth = Math.max(...issues.map(({ path }) => path.length));
  return issues.filter(({ path }) => path.length === depth).slice(0, 1);
}

function hasRange(node: unknown): node is { range: readonly [number, number, number] } {
  return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range);
}
