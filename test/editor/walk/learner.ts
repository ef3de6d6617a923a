import type { FrameLocator, Page } from "playwright-core";

/** Opens a step by its number in the course tree; returns the lesson page. */
export async function openFromTree(page: Page, step: string): Promise<FrameLocator> {
  const container = page.locator('.activitybar [aria-label^="StatefulSet Dojo"]').first();
  await container.click({ timeout: 60_000 });
  await page.locator(".monaco-list-row", { hasText: step }).first().click();
  return page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
}

/** The editor's own command: it puts away what was open before it goes, which a browser's reload may cut short. */
export async function reloadWindow(page: Page): Promise<void> {
  await page.keyboard.press("F1");
  await page.locator(".quick-input-widget input").fill(">Developer: Reload Window");
  const loaded = page.waitForEvent("load");
  await page.locator(".quick-input-list .monaco-list-row", { hasText: "Reload Window" }).first().click();
  await loaded;
}

/** Writes an answer into a question's field (the first one where none is named) and sends it. */
export async function answer(lesson: FrameLocator, value: string, question?: string): Promise<void> {
  const scope = question ? `[data-question="${question}"] ` : "";
  await lesson.locator(`${scope}form.answer input`).first().fill(value);
  await lesson.locator(`${scope}form.answer button`).first().click();
}

/** Chooses an answer of a question or prediction. */
export function choose(lesson: FrameLocator, question: string, choice: string): Promise<void> {
  return lesson.locator(`[data-question="${question}"] input[value="${choice}"]`).check();
}

/** Clicks the button that types an action's command into the terminal. */
export function runAction(lesson: FrameLocator, action: string): Promise<void> {
  return lesson.locator(`[data-action="${action}"] .primary`).click();
}

/** Types a command at the prompt of the visible terminal. */
export async function type(page: Page, command: string): Promise<void> {
  await page.locator(".terminal-wrapper.active .xterm-helper-textarea").first().focus();
  await page.keyboard.insertText(command);
  await page.keyboard.press("Enter");
}

/** Waits until a check shows a verdict whose message has these words. */
export function sees(lesson: FrameLocator, check: string, verdict: string, words = ""): Promise<void> {
  return lesson
    .locator(`[data-check="${check}"].${verdict}`, { hasText: words })
    .waitFor({ timeout: 60_000 });
}
