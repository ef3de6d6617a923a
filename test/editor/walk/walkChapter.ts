import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium, type FrameLocator, type Page } from "playwright-core";
import { chromiumFlags, findChromium } from "../../../src/tools/editor/findChromium.ts";
import { projectRoot } from "../../../src/tools/projectRoot.ts";
import { answer, choose, openFromTree, reloadWindow, runAction, sees, type } from "./learner.ts";

interface Walk {
  readonly page: Page;
  readonly lesson: FrameLocator;
  /** Replaces a file of the learner by one of the step's folder, as an edit in the editor would. */
  edit(step: string, file: string, from: string): Promise<void>;
}

/** Each step as a learner who makes a mistake first: what is done wrong, what the page says of it, what mends it. */
const steps: Readonly<Record<string, (walk: Walk) => Promise<void>>> = {
  "1.2": async ({ lesson }) => {
    await sees(lesson, "predicted", "notYet");
    await choose(lesson, "next-pod", "appears");
    await runAction(lesson, "apply");
    await sees(lesson, "stuck", "passed");
    await answer(lesson, "ImagePullBackOff");
    await sees(lesson, "knows-reason", "wrong", "ImagePullBackOff");
    await answer(lesson, "CreateContainerConfigError");
  },
  "1.3": async ({ page, lesson, edit }) => {
    await lesson.locator(".language[lang=en]").click();
    await lesson.locator("h2", { hasText: "Why" }).waitFor();
    await choose(lesson, "order", "one-by-one");
    await edit("03-in-order", "secret.yaml", "mutants/wrong-key.yaml");
    await sees(lesson, "secret-file", "wrong");
    await edit("03-in-order", "secret.yaml", "solution/secret.yaml");
    await sees(lesson, "secret-file", "passed");
    await runAction(lesson, "watch-pods");
    await page.locator(".xterm-rows", { hasText: "postgres-0" }).first().waitFor();
    await runAction(lesson, "apply-secret");
  },
  "1.4": async ({ page, lesson }) => {
    await runAction(lesson, "hostname");
    await answer(lesson, "postgres-headless");
    await sees(lesson, "knows-hostname", "wrong", "postgres-headless");
    await reloadWindow(page);
    await sees(lesson, "knows-hostname", "wrong", "postgres-headless");
    await answer(lesson, "postgres-1");
    await sees(lesson, "knows-hostname", "passed");
    await runAction(lesson, "labels");
    const label = page.locator(".xterm-rows", { hasText: /controller-revision-hash=postgres-\w+/ }).first();
    const shown = await label.innerText();
    const revision = /controller-revision-hash=(postgres-\w+)/.exec(shown.replaceAll(/\s/g, ""))?.[1] ?? "";
    await answer(lesson, revision, "revision");
    await choose(lesson, "owner", "replicaset");
    await sees(lesson, "knows-owner", "wrong");
    await choose(lesson, "owner", "statefulset");
  },
  "1.5": async ({ page, lesson }) => {
    await runAction(lesson, "versions");
    await sees(lesson, "row", "notYet");
    const psql = "kubectl exec postgres-0 -- psql -U postgres -c";
    await type(page, `${psql} "CREATE TABLE visit (place text)" -c "INSERT INTO visit VALUES ('elsewhere')"`);
    await sees(lesson, "row", "wrong");
    await type(page, `${psql} "UPDATE visit SET place = 'postgres-0'"`);
    await sees(lesson, "row", "passed");
    await runAction(lesson, "read");
    await choose(lesson, "same-data", "same");
    await sees(lesson, "only-there", "wrong");
    await choose(lesson, "same-data", "separate");
  },
  "1.6": async ({ page, lesson }) => {
    await runAction(lesson, "before");
    await choose(lesson, "comes-back", "next-name");
    await type(page, "kubectl delete pod postgres-2");
    await page
      .locator(".xterm-rows", { hasText: /"postgres-2" deleted/ })
      .first()
      .waitFor();
    await sees(lesson, "replaced", "notYet");
    await runAction(lesson, "delete");
  },
  "1.7": async ({ page, lesson, edit }) => {
    await runAction(lesson, "apply");
    await sees(lesson, "file", "wrong");
    await sees(lesson, "random-names", "wrong");
    await edit("07-beside-a-deployment", "web.yaml", "solution/web.yaml");
    await sees(lesson, "file", "passed");
    await runAction(lesson, "apply");
    await sees(lesson, "random-names", "passed");
    await type(page, "kubectl delete $(kubectl get pods -l app=web -o name | head -n 1)");
    await choose(lesson, "which", "restarts");
    await sees(lesson, "knows-which", "wrong");
    await choose(lesson, "which", "identity");
  },
};

/** Walks steps 1.2 to 1.7 of a course whose first step was begun; the learner's files are in `workspace`. */
export async function walkChapter(address: string, workspace: string, pictures: string): Promise<void> {
  const browser = await chromium.launch({ executablePath: await findChromium(), args: [...chromiumFlags] });
  const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
  page.setDefaultTimeout(60_000);
  let current = "";
  try {
    await page.goto(address);
    const lesson = await openFromTree(page, "1.2");
    for (const [id, walk] of Object.entries(steps)) {
      current = id;
      await lesson.locator("h1", { hasText: id }).waitFor();
      await walk({ page, lesson, edit: (...names) => edit(workspace, ...names) });
      await lesson.locator(".seen").waitFor();
      if (id === "1.7") {
        await review(page, lesson, pictures);
      }
      await page.screenshot({ path: join(pictures, `${id}.png`) });
      await lesson.locator("footer button.primary").click();
    }
  } catch (error) {
    await page.screenshot({ path: join(pictures, `failed-${current}.png`) });
    throw new Error(`step ${current}: ${error instanceof Error ? error.message : error}`, { cause: error });
  } finally {
    await browser.close();
  }
}

/** The chapter's page and its review stand below its last step; an answer is judged at once. */
async function review(page: Page, lesson: FrameLocator, pictures: string): Promise<void> {
  await lesson.locator(".chapter-end", { hasText: "postgres-0" }).waitFor();
  const first = lesson.locator('[data-question^="review-"]').first();
  await first.locator("input").first().check();
  await first.locator(".feedback").waitFor();
  await first.scrollIntoViewIfNeeded();
  await page.screenshot({ path: join(pictures, "review.png") });
}

function edit(workspace: string, step: string, file: string, from: string): Promise<void> {
  const lessons = join(projectRoot, "lessons", "statefulset", "01-first-contact");
  return copyFile(join(lessons, step, from), join(workspace, "01-first-contact", step, file));
}
