/** The candidate that `name` was probably meant to be: at most a third of it mistyped. Undefined when none is near. */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance =
      candidate.toLowerCase() === name.toLowerCase() ? 0 : editDistance(name, candidate, least);
    if (distance < least) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

/** Optimal string alignment: insertions, deletions, replacements and swapped neighbours. At least `limit` when it is farther. */
function editDistance(one: string, other: string, limit: number): number {
  if (Math.abs(one.length - other.length) >= limit) {
    return limit;
  }
  let before: number[] = [];
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      current.push(cell(one, other, row, column, current, previous, before));
    }
    [before, previous] = [previous, current];
  }
  return previous[other.length] ?? limit;
}

function cell(
  one: string,
  other: string,
  row: number,
  column: number,
  current: readonly number[],
  previous: readonly number[],
  before: readonly number[],
): number {
  const far = Number.POSITIVE_INFINITY;
  const same = one[row - 1] === other[column - 1];
  const isSwap =
    row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
  return Math.min(
    (current[column - 1] ?? far) + 1,
    (previous[column] ?? far) + 1,
    (previous[column - 1] ?? far) + (same ? 0 : 1),
    isSwap ? (before[column - 2] ?? far) + 1 : far,
  );
}
