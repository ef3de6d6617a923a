import assert from "node:assert/strict";
import { join } from "node:path";
import { chromium, type FrameLocator, type Page } from "playwright-core";
import { chromiumFlags, findChromium } from "../../../src/tools/editor/findChromium.ts";
import { accessibilityProblems } from "./accessibility.ts";
import { openFromTree, sees } from "./learner.ts";

/** A stop of the Tab key: what a screen reader would call it, and whether the eye sees where it is. */
interface Stop {
  readonly name: string;
  readonly kind: string;
  readonly top: number;
  readonly isMarked: boolean;
}

/** Uses a step by the keyboard alone: each control is reached in the order that it is read, marked, and works. */
export async function walkByKeyboard(address: string, pictures: string): Promise<void> {
  const browser = await chromium.launch({ executablePath: await findChromium(), args: [...chromiumFlags] });
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    page.setDefaultTimeout(60_000);
    await page.goto(address);
    const lesson = await openFromTree(page, "1.1");
    await lesson.locator("h1", { hasText: "1.1" }).waitFor();
    await lesson.locator(".language[lang=en]").click();
    await lesson.locator(".check").first().waitFor();
    await lesson.locator(".awaited").first().waitFor({ state: "detached" });
    await lookAtStops(page, lesson);
    await useControls(page, lesson);
    await page.screenshot({ path: join(pictures, "keyboard.png") });
    assert.deepEqual(await accessibilityProblems(lesson), []);
  } finally {
    await browser.close();
  }
}

async function lookAtStops(page: Page, lesson: FrameLocator): Promise<void> {
  const stops = await tabThrough(page, lesson);
  const unmarked = stops.filter(({ isMarked }) => !isMarked).map(({ name }) => name);
  assert.deepEqual(unmarked, [], "stops of the Tab key that the eye cannot find");
  const names = stops.map(({ name }) => name);
  const wanted = [
    "practice",
    "日本語",
    "English",
    "1.1",
    "Run in terminal",
    "Copy",
    "Open",
    "Apply",
    "Answer",
  ];
  let from = 0;
  for (const name of wanted) {
    const at = names.findIndex((each, index) => index >= from && each.includes(name));
    assert.ok(at >= from, `“${name}” is not reached after ${names.slice(0, from).join(", ")}`);
    from = at;
  }
  for (const name of ["How this is checked", "Hint 1 / 3", "Show solution", "Start over this step"]) {
    assert.ok(
      names.some((each) => each.includes(name)),
      `“${name}” is not reached: ${names.join(", ")}`,
    );
  }
}

/** Tab from the first control to the last: each once. */
async function tabThrough(page: Page, lesson: FrameLocator): Promise<Stop[]> {
  const count = await lesson
    .locator("body")
    .evaluate(
      (body) =>
        [...body.querySelectorAll("button, input, summary")].filter((each) => each.checkVisibility()).length,
    );
  const stops: Stop[] = [];
  await lesson.locator("button.cluster").focus();
  for (let stop = 0; stop < count; stop++) {
    await page.keyboard.press(stop === 0 ? "Shift" : "Tab");
    const seen = await lesson.locator("body").evaluate((): Stop | undefined => {
      const element = document.activeElement;
      if (!element || element === document.body) {
        return undefined;
      }
      const labelled = document.getElementById(element.getAttribute("aria-labelledby") ?? "")?.textContent;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return {
        name:
          element.getAttribute("aria-label") ?? labelled ?? (element.textContent?.trim() || element.tagName),
        kind: element.tagName,
        top: element.getBoundingClientRect().top,
        isMarked: outlineStyle !== "none" && outlineWidth !== "0px",
      };
    });
    if (!seen) {
      break;
    }
    stops.push(seen);
  }
  return stops;
}

async function useControls(page: Page, lesson: FrameLocator): Promise<void> {
  const press = async (selector: string, key: string) => {
    await lesson.locator(selector).first().focus();
    await page.keyboard.press(key);
  };
  await lesson.locator('[data-question="class-name"] input').focus();
  await page.keyboard.type("standard");
  await page.keyboard.press("Enter");
  await sees(lesson, "knows-class", "passed");
  await press('[data-question="why-pending"] input[value="no-space"]', "Space");
  await sees(lesson, "knows-why", "wrong");
  await page.keyboard.press("ArrowDown");
  await sees(lesson, "knows-why", "passed");
  await press('[data-check="claim-waits"] summary', "Enter");
  await lesson.locator('[data-check="claim-waits"] details[open]').waitFor();
  for (const hint of [1, 2, 3]) {
    await press(`button:has-text("Hint ${hint} / 3")`, hint % 2 ? "Enter" : "Space");
    await lesson.locator("h3", { hasText: `Hint ${hint}` }).waitFor();
  }
  await press('button:has-text("Show solution")', "Enter");
  await lesson.locator(".solution li").first().waitFor();
}
