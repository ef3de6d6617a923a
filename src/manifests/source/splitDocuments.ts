/** One document of a YAML stream: its text, and where the text begins in the file. */
export interface DocumentSlice {
  readonly text: string;
  readonly offset: number;
}

const marker = /^---(?=[ \t\r\n]|$)/gm;

/**
 * Cuts a stream at its `---` lines, so that a change in one document leaves the others' text as it was.
 * A marker inside a block scalar cannot be: at the beginning of a line it ends the document there too.
 */
export function splitDocuments(text: string): readonly DocumentSlice[] {
  const starts = [0];
  for (const match of text.matchAll(marker)) {
    if (match.index > 0) {
      starts.push(match.index);
    }
  }
  return starts
    .map((offset, index) => ({ offset, text: text.slice(offset, starts[index + 1]) }))
    .filter(({ text: slice }) => slice.trim() !== "");
}
