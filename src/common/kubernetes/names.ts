/** Splits "postgres-12" into its set's name and ordinal; undefined where it is not `{name}-{ordinal}`. */
export function parseOrdinalName(
  name: string,
): { readonly set: string; readonly ordinal: number } | undefined {
  const match = /^(.*)-([0-9]+)$/.exec(name);
  if (!match?.[1] || !match[2]) {
    return undefined;
  }
  return { set: match[1], ordinal: Number.parseInt(match[2], 10) };
}
