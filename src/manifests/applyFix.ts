import type { Fix } from "./findings/finding.ts";

/** `text` with the edits of `fix`; everything else stays byte for byte. */
export function applyFix(text: string, fix: Fix): string {
  return [...fix.edits]
    .sort((one, other) => other.start - one.start)
    .reduce(
      (edited, { start, end, text: replacement }) => edited.slice(0, start) + replacement + edited.slice(end),
      text,
    );
}
