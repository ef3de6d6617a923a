import type { FrameLocator } from "playwright-core";

/** WCAG 2.2 AA for text; large text and what is switched off need less. */
const leastContrast = 4.5;

/**
 * What a person with a screen reader, with a keyboard or with weak eyes would stumble over on the page as it is now:
 * controls without a name, names used twice for different things, headings that skip a level, text too faint.
 */
export async function accessibilityProblems(lesson: FrameLocator): Promise<string[]> {
  const body = lesson.locator("body");
  // the transpiler keeps the names of functions by a helper that the page does not have
  await body.evaluate("globalThis.__name = (each) => each");
  return [...(await body.evaluate(namesAndStructure)), ...(await body.evaluate(faintTexts, leastContrast))];
}

function namesAndStructure(body: HTMLElement): string[] {
  const problems: string[] = [];
  const nameOf = (element: Element) => {
    const labelled = (element.getAttribute("aria-labelledby") ?? "")
      .split(" ")
      .map((id) => document.getElementById(id)?.textContent ?? "")
      .join(" ")
      .trim();
    const label = element.closest("label")?.textContent?.trim();
    return labelled || element.getAttribute("aria-label") || label || element.textContent?.trim() || "";
  };
  for (const element of body.querySelectorAll("button, input, summary, nav, aside, [role=radiogroup]")) {
    const name = nameOf(element);
    if (!/[\p{L}\p{N}]/u.test(name)) {
      problems.push(`no name: ${element.outerHTML.slice(0, 120)}`);
    }
  }
  const ids = [...body.querySelectorAll("[id]")].map(({ id }) => id);
  problems.push(...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `id twice: ${id}`));
  const levels = [...body.querySelectorAll("h1, h2, h3, h4")].map(({ tagName }) => Number(tagName[1]));
  problems.push(
    ...levels.flatMap((level, index) =>
      level - (levels[index - 1] ?? 0) > 1 ? [`h${level} after h${levels[index - 1] ?? 0}`] : [],
    ),
  );
  for (const list of body.querySelectorAll("ul, ol")) {
    if ([...list.children].some(({ tagName }) => tagName !== "LI")) {
      problems.push(`a list with other children than li: ${list.outerHTML.slice(0, 120)}`);
    }
  }
  if (!document.documentElement.lang) {
    problems.push("the page names no language");
  }
  return problems;
}

function faintTexts(body: HTMLElement, least: number): string[] {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  type Colour = readonly [number, number, number, number];
  const parse = (text: string): Colour => {
    if (!canvas) {
      return [0, 0, 0, 1];
    }
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (front: Colour, back: Colour, alpha: number): Colour => {
    const mixed = (index: 0 | 1 | 2) => front[index] * alpha + back[index] * (1 - alpha);
    return [mixed(0), mixed(1), mixed(2), 1];
  };
  const ancestors = (element: Element | null): Element[] =>
    element ? [...ancestors(element.parentElement), element] : [];
  const luminance = ([red, green, blue]: Colour) => {
    const linear = (value: number) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  };
  const contrast = (one: Colour, other: Colour) => {
    const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const measure = (element: Element): number => {
    let back: Colour = [255, 255, 255, 1];
    let opacity = 1;
    for (const each of ancestors(element)) {
      const style = getComputedStyle(each);
      const colour = parse(style.backgroundColor);
      back = over(colour, back, colour[3]);
      opacity *= Number(style.opacity);
    }
    const front = parse(getComputedStyle(element).color);
    return contrast(over(front, back, front[3] * opacity), back);
  };
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  const found = new Set<string>();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const text = node.textContent?.trim() ?? "";
    const isShown =
      element?.checkVisibility({ opacityProperty: true }) && !element.closest(".spoken, script, style");
    if (element && text && isShown && !element.closest(":disabled")) {
      const value = measure(element);
      if (value < least) {
        found.add(
          `contrast ${value.toFixed(2)}: “${text.slice(0, 40)}” (${element.className || element.tagName})`,
        );
      }
    }
  }
  return [...found];
}
