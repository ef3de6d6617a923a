/** The items sorted by their place; those without one (negative) stay where they are relative to each other. */
export function sortedBy<T>(items: readonly T[], place: (item: T) => number): T[] {
  return [...items].sort((first, second) => {
    const [a, b] = [place(first), place(second)];
    return a >= 0 && b >= 0 ? a - b : 0;
  });
}

/**
 * Merges two ordered lists: an item of `left` goes first only where both heads have a place in the
 * server's order and its place is the earlier one.
 */
export function mergeInOrder<T>(left: readonly T[], right: readonly T[], place: (item: T) => number): T[] {
  const result: T[] = [];
  let fromLeft = 0;
  for (const item of right) {
    while (fromLeft < left.length && comesFirst(place(left[fromLeft] as T), place(item))) {
      result.push(left[fromLeft] as T);
      fromLeft += 1;
    }
    result.push(item);
  }
  return [...result, ...left.slice(fromLeft)];
}

function comesFirst(left: number, right: number): boolean {
  return left >= 0 && right >= 0 && left < right;
}
