const rfc3339 = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:[.,](\d+))?(Z|[+-]\d{2}:\d{2})$/;
const layout = "2006-01-02T15:04:05Z07:00";

/**
 * Reads a time as metav1.Time (whole seconds) or metav1.MicroTime (microseconds) does and writes it in
 * UTC; a text that is no time gives the message of Go's time package.
 */
export function readTime(text: string, micro: boolean): { text: string } | { error: string } {
  const match = rfc3339.exec(text);
  const milliseconds = match ? Date.parse(`${match[1]}T${match[2]}${match[4]}`) : Number.NaN;
  if (!match || Number.isNaN(milliseconds)) {
    return { error: `parsing time ${JSON.stringify(text)} as "${layout}": ${unreadPart(text)}` };
  }
  const seconds = new Date(milliseconds).toISOString().slice(0, 19);
  return { text: micro ? `${seconds}.${(match[3] ?? "").padEnd(6, "0").slice(0, 6)}Z` : `${seconds}Z` };
}

/** The part of the layout at which Go's parser stops. */
function unreadPart(text: string): string {
  const parts: readonly (readonly [RegExp, string])[] = [
    [/^\d{4}/, "2006"],
    [/^-/, "-"],
    [/^\d{2}/, "01"],
    [/^-/, "-"],
    [/^\d{2}/, "02"],
    [/^T/, "T"],
    [/^\d{2}/, "15"],
    [/^:/, ":"],
    [/^\d{2}/, "04"],
    [/^:/, ":"],
    [/^\d{2}(?:[.,]\d+)?/, "05"],
    [/^(?:Z|[+-]\d{2}:\d{2})$/, "Z07:00"],
  ];
  let rest = text;
  for (const [pattern, part] of parts) {
    const found = pattern.exec(rest);
    if (!found) {
      return `cannot parse ${JSON.stringify(rest)} as "${part}"`;
    }
    rest = rest.slice(found[0].length);
  }
  return "day out of range";
}
