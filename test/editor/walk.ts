import { mkdir, mkdtemp, rm } from "node:fs/promises";
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
  await page.locator(".terminal-wrapper").first().waitFor();
  await picture(page, "ran");
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

async function picture(page: Page, name: string): Promise<void> {
  if (pictures) {
    await page.screenshot({ path: join(pictures, `${name}.png`) });
  }
}
