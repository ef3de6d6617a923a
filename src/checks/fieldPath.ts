/** Splits `spec.containers[0].image` and `metadata.labels["app.kubernetes.io/name"]` into keys. */
export function parseFieldPath(path: string): readonly (string | number)[] {
  const keys: (string | number)[] = [];
  for (const match of path.matchAll(/\[(\d+)\]|\["([^"]+)"\]|([^.[\]]+)/g)) {
    const [, index, quoted, plain] = match;
    keys.push(index === undefined ? (quoted ?? plain ?? "") : Number(index));
  }
  return keys;
}

/** The value at the path, or undefined. */
export function fieldAt(value: unknown, path: string): unknown {
  let current = value;
  for (const key of parseFieldPath(path)) {
    if (typeof current !== "object" || current === null) {
      return undefined;
    }
    current = Object.hasOwn(current, key) ? Reflect.get(current, key) : undefined;
  }
  return current;
}
