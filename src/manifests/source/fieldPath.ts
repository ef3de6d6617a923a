/** Where a field lies in an object: keys and list indexes from its top. */
export type FieldPath = readonly (string | number)[];

/**
 * Reads a path as the API server writes it in causes: `spec.containers[0].name`, `data[app.conf]`.
 * A bracket holds an index, or a key that may have dots.
 */
export function parseFieldPath(text: string): FieldPath {
  const path: (string | number)[] = [];
  for (const [, bracketed, plain] of text.matchAll(/\[([^\]]*)\]|([^.[\]]+)/g)) {
    if (plain !== undefined) {
      path.push(plain);
    } else if (bracketed !== undefined) {
      path.push(/^\d+$/.test(bracketed) ? Number(bracketed) : bracketed);
    }
  }
  return path;
}

/** The path as the API server and `kubectl explain` write it. */
export function formatFieldPath(path: FieldPath): string {
  return path
    .map((part, index) => {
      if (typeof part === "number") {
        return `[${part}]`;
      }
      if (/[.[\]/]/.test(part)) {
        return `[${part}]`;
      }
      return index === 0 ? part : `.${part}`;
    })
    .join("");
}

/** The path with every index written as `[]`: the same for all items of a list. */
export function fieldOfPath(path: FieldPath): string {
  return path.filter((part) => typeof part === "string").join(".");
}

/** Whether `path` begins with `start`. */
export function startsWith(path: FieldPath, start: FieldPath): boolean {
  return start.every((part, index) => path[index] === part);
}
