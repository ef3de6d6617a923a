import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium, type FrameLocator, type Page } from "playwright-core";
import { chromiumFlags, findChromium } from "../../../src/tools/editor/findChromium.ts";
import { accessibilityProblems } from "./accessibility.ts";
import { openFromTree } from "./learner.ts";

const themes = {
  light: "Light Modern",
  dark: "Dark Modern",
  "high-contrast": "Default High Contrast",
} as const;
const widths = [380, 700, 1200];
/** What the editor keeps of the width for itself when its side bar is hidden. */
const frameWidth = 64;

/**
 * Draws a step in each theme, width and language: nobody is kept from reading it, nothing may be wider than the page, and in one column the checks come
 * right after what is to be done. The pictures are for people to look at.
 */
export async function lookAtPage(address: string, workspace: string, pictures: string): Promise<void> {
  const browser = await chromium.launch({ executablePath: await findChromium(), args: [...chromiumFlags] });
  const page = await browser.newPage({ viewport: { width: 1400, height: 1300 } });
  try {
    page.setDefaultTimeout(60_000);
    await page.goto(address);
    const lesson = await openFromTree(page, "1.6");
    await lesson.locator("h1", { hasText: "1.6" }).waitFor();
    // a step that was open before may be prepared before the page is drawn
    await lesson.locator(".check:not(.awaited)").first().waitFor();
    await lesson.locator(".awaited").first().waitFor({ state: "detached" });
    await page.keyboard.press("Control+B");
    await page.locator(".part.sidebar").waitFor({ state: "hidden" });
    for (const [name, theme] of Object.entries(themes)) {
      await useTheme(workspace, theme);
      await lesson.locator(`body.vscode-${name}`).waitFor();
      await lookAtWidths(page, lesson, join(pictures, name));
    }
  } catch (error) {
    await page.screenshot({ path: join(pictures, "failed.png") }).catch(() => undefined);
    throw error;
  } finally {
    await browser.close();
  }
}

async function lookAtWidths(page: Page, lesson: FrameLocator, pictures: string): Promise<void> {
  for (const language of ["ja", "en"] as const) {
    await lesson.locator(`.language[lang=${language}]`).click();
    await lesson.locator(`.language[lang=${language}][aria-pressed=true]`).waitFor();
    assert.deepEqual(await accessibilityProblems(lesson), [], `${pictures}-${language}`);
    for (const width of widths) {
      await page.setViewportSize({ width: width + frameWidth, height: 1300 });
      await lesson.locator(width < 700 ? ".live details:not([open])" : ".live details[open]").waitFor();
      await page.screenshot({ path: `${pictures}-${language}-${width}.png` });
      const { overflow, isBelow } = await measure(lesson);
      assert.ok(overflow <= 0, `${pictures}-${language}-${width}: ${overflow} px wider than the page`);
      assert.equal(isBelow, width < 700, `${pictures}-${language}-${width}: where the checks stand`);
    }
  }
}

function measure(lesson: FrameLocator): Promise<{ overflow: number; isBelow: boolean }> {
  return lesson.locator("main").evaluate((main) => ({
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    isBelow:
      (main.querySelector(".checks")?.getBoundingClientRect().top ?? 0) >=
      (main.querySelector(".lesson")?.getBoundingClientRect().bottom ?? 0),
  }));
}

/** The editor follows the workspace's settings as they change. */
async function useTheme(workspace: string, theme: string): Promise<void> {
  await mkdir(join(workspace, ".vscode"), { recursive: true });
  const settings = JSON.stringify({ "workbench.colorTheme": theme });
  await writeFile(join(workspace, ".vscode", "settings.json"), settings);
}
