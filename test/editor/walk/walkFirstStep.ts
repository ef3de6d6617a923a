import { join } from "node:path";
import { chromium } from "playwright-core";
import { chromiumFlags, findChromium } from "../../../src/tools/editor/findChromium.ts";
import { answer, choose, openFromTree, reloadWindow, sees } from "./learner.ts";

/**
 * Walks step 1.1 in the editor at `address` as a learner does: a mistake, its mending, another language, a reload.
 * Throws where something does not come; screenshots go to the folder `pictures`, when one is named.
 */
export async function walkFirstStep(address: string, pictures?: string): Promise<void> {
  const browser = await chromium.launch({ executablePath: await findChromium(), args: [...chromiumFlags] });
  const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
  const picture = (name: string) =>
    pictures ? page.screenshot({ path: join(pictures, `${name}.png`) }) : undefined;
  try {
    await page.goto(address);
    const lesson = await openFromTree(page, "1.1");
    await lesson.locator("main").waitFor({ timeout: 30_000 });
    await picture("opened");
    await lesson.locator(".language[lang=ja]").click();
    await lesson.locator("h2", { hasText: "なぜ" }).waitFor();
    await lesson.locator(".action .primary").first().click();
    await page.locator(".xterm-rows", { hasText: "local-path" }).first().waitFor({ timeout: 30_000 });
    await answer(lesson, "no-such-class");
    await lesson.locator(".check.wrong").first().waitFor();
    await picture("wrong");
    await answer(lesson, "standard");
    await lesson.locator(".check.passed").first().waitFor();
    await lesson.locator(".action", { hasText: "claim.yaml" }).locator(".primary").first().click();
    await lesson.locator(".live li", { hasText: "first-claim" }).waitFor({ timeout: 30_000 });
    await reloadWindow(page);
    await lesson.locator(".check.passed").first().waitFor({ timeout: 60_000 });
    await choose(lesson, "why-pending", "no-space");
    await sees(lesson, "knows-why", "wrong");
    await choose(lesson, "why-pending", "waits-for-pod");
    await lesson.locator(".seen").waitFor({ timeout: 30_000 });
    await picture("passed");
  } catch (error) {
    await picture("failed");
    throw error;
  } finally {
    await browser.close();
  }
}
