/** Orders versions as the server prefers them: v10, v2, v1, v11beta2, v10beta3, v3alpha1, then others by their letters. */
export function compareVersions(first: string, second: string): number {
  const [a, b] = [parse(first), parse(second)];
  if (!a || !b) {
    return a ? -1 : b ? 1 : first < second ? -1 : first > second ? 1 : 0;
  }
  return b.stability - a.stability || b.major - a.major || b.minor - a.minor;
}

function parse(version: string) {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (!match) {
    return undefined;
  }
  const stability = match[2] === undefined ? 2 : match[2] === "beta" ? 1 : 0;
  return { major: Number(match[1]), stability, minor: Number(match[3] ?? 0) };
}
