import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { chromium, type FrameLocator, type Page } from "playwright-core";
import { chromiumFlags, findChromium } from "../../src/tools/editor/findChromium.ts";
import { installEditor } from "../../src/tools/editor/installEditor.ts";
import { startEditor } from "../../src/tools/editor/startEditor.ts";
import { fetchKubectl } from "../../src/tools/kubectl/fetchKubectl.ts";
import { projectRoot } from "../../src/tools/projectRoot.ts";

/** Walks the first step in the real editor as a learner does; screenshots go to the folder named as argument. */
const pictures = process.argv[2];
const folder = await mkdtemp(join(tmpdir(), "dojo-walk-"));
const workspace = join(folder, "workspace");
await mkdir(workspace);
const kubectl = await fetchKubectl();
const editor = await startEditor(await installEditor(), {
  folder,
  testDriver: true,
  environment: { PATH: [dirname(kubectl), process.env.PATH].join(delimiter) },
});
const browser = await chromium.launch({ executablePath: await findChromium(), args: [...chromiumFlags] });
try {
  const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
  await page.goto(address(editor.address));
  const lesson = await startCourse(page);
  await lesson.locator("main").waitFor({ timeout: 30_000 });
  await picture(page, "opened");
  await lesson.locator(".language[lang=ja]").click();
  await lesson.locator("h2", { hasText: "なぜ" }).waitFor();
  await picture(page, "japanese");
  await lesson.locator(".action .primary").first().click();
  await page.locator(".xterm-rows", { hasText: "local-path" }).first().waitFor({ timeout: 30_000 });
  await picture(page, "ran");
  await answer(lesson, "no-such-class");
  await lesson.locator(".check.wrong").first().waitFor();
  await picture(page, "wrong");
  await answer(lesson, "standard");
  await lesson.locator(".check.passed").first().waitFor();
  const apply = lesson.locator(".action", { hasText: "claim.yaml" }).locator(".primary").first();
  await apply.click();
  await lesson.locator(".live li", { hasText: "first-claim" }).waitFor({ timeout: 30_000 });
  await picture(page, "applied");
  await page.reload();
  await lesson.locator(".check.passed").first().waitFor({ timeout: 60_000 });
  await picture(page, "reloaded");
  console.log("walk passed");
} catch (error) {
  const [page] = browser.contexts().flatMap((context) => context.pages());
  if (page) {
    await picture(page, "failed");
  }
  throw error;
} finally {
  await browser.close();
  await editor.stop();
  await stopPracticeCluster();
  await rm(folder, { recursive: true, force: true });
}

function address(base: string): string {
  const url = new URL(base);
  const extension = `vscode-remote://${url.host}${projectRoot}`;
  url.searchParams.set("folder", workspace);
  url.searchParams.set("payload", JSON.stringify([["extensionDevelopmentPath", extension]]));
  return url.href;
}

async function startCourse(page: Page): Promise<FrameLocator> {
  await page.locator(".monaco-workbench .statusbar").waitFor({ timeout: 60_000 });
  const container = page.locator('.activitybar [aria-label^="StatefulSet Dojo"]').first();
  await container.click({ timeout: 60_000 });
  await page.locator(".monaco-list-row", { hasText: "1.1" }).first().waitFor();
  await page.keyboard.press("F1");
  await page.keyboard.type("Dojo: Start the Course");
  await page.locator(".quick-input-list .monaco-list-row", { hasText: "Start the Course" }).first().click();
  return page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
}

async function answer(lesson: FrameLocator, value: string): Promise<void> {
  await lesson.locator("form.answer input").first().fill(value);
  await lesson.locator("form.answer button").first().click();
}

/** The practice cluster outlives its editor on purpose; the one of this walk ends with it. */
async function stopPracticeCluster(): Promise<void> {
  for (const entry of await readdir("/proc")) {
    const words = await readFile(join("/proc", entry, "cmdline"), "utf8").catch(() => "");
    if (words.includes("practiceCluster.mjs") && words.includes(folder)) {
      process.kill(Number(entry), "SIGTERM");
    }
  }
}

async function picture(page: Page, name: string): Promise<void> {
  if (pictures) {
    await page.screenshot({ path: join(pictures, `${name}.png`) });
  }
}
