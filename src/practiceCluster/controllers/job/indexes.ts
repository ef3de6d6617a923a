/** The indexes that a status lists ("0,2-5"), below a limit; what cannot be read is passed over (indexed_job_utils.go). */
export function parseIndexes(text: string | undefined, completions: number): Set<number> {
  const indexes = new Set<number>();
  for (const part of (text ?? "").split(",")) {
    const match = /^([0-9]+)(?:-([0-9]+))?$/.exec(part);
    const [, first = "0", last = first] = match ?? [];
    for (let index = Number(first); match && index <= Math.min(Number(last), completions - 1); index++) {
      indexes.add(index);
    }
  }
  return indexes;
}

/** The reverse: three and more in a row are written as a range. */
export function indexesText(indexes: Iterable<number>): string {
  const ordered = [...indexes].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let start = 0; start < ordered.length; ) {
    let end = start;
    while (ordered[end + 1] === (ordered[end] ?? 0) + 1) {
      end += 1;
    }
    const [first, last] = [ordered[start], ordered[end]];
    const separator = end - start > 1 ? "-" : ",";
    parts.push(start === end ? String(first) : `${first}${separator}${last}`);
    start = end + 1;
  }
  return parts.join(",");
}
