import type { LessonProblem } from "./problem.ts";

export interface MarkdownSection {
  readonly id: string;
  readonly heading: string;
  readonly text: string;
  readonly line: number;
}

const headingPattern = /^##\s+(.*?)\s*\{#([a-z0-9-]+)\}\s*$/;

/**
 * Splits a step's markdown at its second-level headings. Each carries its id: `## なぜ {#why}`.
 * Headings inside fenced code are text.
 */
export function splitSections(
  file: string,
  text: string,
): { readonly sections: ReadonlyMap<string, MarkdownSection>; readonly problems: readonly LessonProblem[] } {
  const sections = new Map<string, MarkdownSection>();
  const problems: LessonProblem[] = [];
  let open: { id: string; heading: string; line: number; lines: string[] } | undefined;
  let fenced = false;
  const close = () => {
    if (open) {
      const { id, heading, line, lines } = open;
      sections.set(id, { id, heading, line, text: lines.join("\n").trim() });
    }
  };
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    fenced = /^\s*(```|~~~)/.test(line) ? !fenced : fenced;
    if (fenced || !line.startsWith("## ")) {
      open?.lines.push(line);
      continue;
    }
    const at = { file, line: index + 1, column: 1 };
    const match = headingPattern.exec(line);
    if (!match?.[2]) {
      problems.push({ ...at, rule: "section", message: "a section's heading needs an id: ## Heading {#id}" });
      continue;
    }
    if (sections.has(match[2]) || open?.id === match[2]) {
      problems.push({ ...at, rule: "section", message: `the section ${match[2]} is there twice` });
    }
    close();
    open = { id: match[2], heading: match[1] ?? "", line: index + 1, lines: [] };
  }
  close();
  return { sections, problems };
}
