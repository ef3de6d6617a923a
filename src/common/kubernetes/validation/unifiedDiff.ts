/*
 * The unified difference of two texts with three lines of context, without file names: what the server
 * appends to refusals of immutable fields.
 */

const contextLines = 3;

interface Change {
  readonly kind: " " | "-" | "+";
  readonly text: string;
}

/** Lines of both texts in order, found by their longest common subsequence. */
function changesBetween(before: readonly string[], after: readonly string[]): Change[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) {
    start += 1;
  }
  let end = 0;
  const rest = Math.min(before.length, after.length) - start;
  while (end < rest && before[before.length - 1 - end] === after[after.length - 1 - end]) {
    end += 1;
  }
  const same = (text: string): Change => ({ kind: " ", text });
  return [
    ...before.slice(0, start).map(same),
    ...middleChanges(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(same),
  ];
}

function commonLengths(before: readonly string[], after: readonly string[]): number[][] {
  const lengths = Array.from({ length: before.length + 1 }, () =>
    new Array<number>(after.length + 1).fill(0),
  );
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const row = lengths[i] ?? [];
      const below = lengths[i + 1] ?? [];
      row[j] = before[i] === after[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return lengths;
}

function middleChanges(before: readonly string[], after: readonly string[]): Change[] {
  const lengths = commonLengths(before, after);
  const changes: Change[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const [old, fresh] = [before[i], after[j]];
    if (old !== undefined && old === fresh) {
      changes.push({ kind: " ", text: old });
      i += 1;
      j += 1;
    } else if (old !== undefined && (lengths[i + 1]?.[j] ?? -1) >= (lengths[i]?.[j + 1] ?? -1)) {
      changes.push({ kind: "-", text: old });
      i += 1;
    } else {
      changes.push({ kind: "+", text: fresh ?? "" });
      j += 1;
    }
  }
  return changes;
}

/** Spans of changes with their context, those that touch joined. */
function spansOf(changes: readonly Change[]): [number, number][] {
  const spans: [number, number][] = [];
  for (const [index, change] of changes.entries()) {
    if (change.kind === " ") {
      continue;
    }
    const last = spans.at(-1);
    const from = Math.max(0, index - contextLines);
    const to = Math.min(changes.length, index + contextLines + 1);
    if (last && from <= last[1]) {
      last[1] = to;
    } else {
      spans.push([from, to]);
    }
  }
  return spans;
}

function rangeText(start: number, length: number): string {
  const first = length === 0 ? start : start + 1;
  return length === 1 ? `${first}` : `${first},${length}`;
}

/** The difference as text; empty where there is none. */
export function unifiedDiff(before: string, after: string): string {
  const changes = changesBetween(before.split("\n"), after.split("\n"));
  const count = (list: readonly Change[], without: string) =>
    list.filter(({ kind }) => kind !== without).length;
  return spansOf(changes)
    .map(([from, to]) => {
      const earlier = changes.slice(0, from);
      const span = changes.slice(from, to);
      const old = rangeText(count(earlier, "+"), count(span, "+"));
      const fresh = rangeText(count(earlier, "-"), count(span, "-"));
      return `@@ -${old} +${fresh} @@\n${span.map(({ kind, text }) => `${kind}${text}\n`).join("")}`;
    })
    .join("");
}
