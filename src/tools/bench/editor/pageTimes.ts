import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { chromium, type FrameLocator } from "playwright-core";
import { openFromTree, sees } from "../../../../test/editor/walk/learner.ts";
import { stopPracticeClustersIn } from "../../../../test/editor/walk/stopPracticeClusters.ts";
import { type LessonKubeconfig, readLessonKubeconfig } from "../../../clusters/kubeconfigFile.ts";
import { findReplayKubectl } from "../../conformance/replayKubectl.ts";
import { chromiumFlags, findChromium } from "../../editor/findChromium.ts";
import { installEditor } from "../../editor/installEditor.ts";
import { startEditor } from "../../editor/startEditor.ts";
import { packageExtension } from "../../packaging/packageExtension.ts";
import { type Benchmark, percentile } from "../benchmark.ts";

const changes = 20;

/** What a learner waits for in the real editor: a step's first content, and a verdict after the cluster changed. */
export const pageTimes: Benchmark = {
  name: "page",
  async run() {
    const scratch = await mkdtemp(join(tmpdir(), "dojo-bench-page-"));
    const workspace = join(scratch, "workspace");
    await mkdir(workspace);
    const kubectl = await findReplayKubectl();
    const editor = await startEditor(await installEditor(), {
      folder: scratch,
      extension: await packageExtension(scratch),
      environment: kubectl ? { PATH: [dirname(kubectl.path), process.env.PATH].join(delimiter) } : {},
    });
    const browser = await chromium.launch({ executablePath: await findChromium(), args: [...chromiumFlags] });
    try {
      const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
      await page.goto(`${editor.address}/?folder=${encodeURIComponent(workspace)}`);
      const lesson = await openFromTree(page, "1.1");
      await lesson.locator("main").waitFor({ timeout: 60_000 });
      const openings = await openingTimes(lesson);
      const verdicts = await verdictTimes(lesson, await readLessonKubeconfig(await kubeconfigIn(scratch)));
      return [
        { name: "opening a step → first content", runs: openings, unit: "ms", bar: 100 },
        {
          name: "cluster change → verdict on the page, 95th percentile",
          runs: [percentile(verdicts, 0.95)],
          unit: "ms",
          bar: 50,
        },
      ];
    } finally {
      await browser.close();
      await editor.stop();
      await stopPracticeClustersIn(scratch);
      await rm(scratch, { recursive: true, force: true });
    }
  },
};

/** From the click to another heading on the page, between two steps that change nothing on the cluster. */
async function openingTimes(lesson: FrameLocator): Promise<number[]> {
  const times: number[] = [];
  for (const index of [1, 0, 1, 0, 1, 0]) {
    const button = lesson.locator(".dots button").nth(index);
    times.push(
      await button.evaluate(
        (element) =>
          new Promise<number>((resolve) => {
            const before = document.querySelector("h1")?.textContent;
            const startedAt = performance.now();
            new MutationObserver((_changes, observer) => {
              if (document.querySelector("h1")?.textContent !== before) {
                observer.disconnect();
                resolve(performance.now() - startedAt);
              }
            }).observe(document.body, { subtree: true, childList: true, characterData: true });
            if (element instanceof HTMLElement) {
              element.click();
            }
          }),
      ),
    );
  }
  return times;
}

/** Makes and deletes the claim of step 1.1: from the API server's answer to another verdict or message of its check. */
async function verdictTimes(lesson: FrameLocator, config: LessonKubeconfig): Promise<number[]> {
  const times: number[] = [];
  const claims = "/api/v1/namespaces/dojo-first-contact/persistentvolumeclaims";
  const claim = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "first-claim" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  };
  await sees(lesson, "claim-waits", "notYet");
  for (let change = 0; change < changes; change++) {
    const seen = lesson.locator('[data-check="claim-waits"]').evaluate(
      (check) =>
        new Promise<number>((resolve) => {
          const before = check.className;
          new MutationObserver((_changes, observer) => {
            if (check.className !== before) {
              observer.disconnect();
              resolve(Date.now());
            }
          }).observe(check, { subtree: true, attributes: true, childList: true, characterData: true });
        }),
    );
    // the observer is in place when the page has answered something that was asked after it
    await lesson.locator("h1").innerText();
    const isMade = change % 2 === 0;
    const answeredAt = isMade
      ? await send(config, "POST", claims, claim)
      : await send(config, "DELETE", `${claims}/first-claim`);
    times.push(Math.max(0, (await seen) - answeredAt));
  }
  return times;
}

/** Sends one request; resolves to when it was answered. */
async function send(config: LessonKubeconfig, method: string, path: string, body?: object): Promise<number> {
  const sent = request(new URL(path, config.server), {
    method,
    headers: { "content-type": "application/json" },
    ca: config.certificateAuthority,
    cert: config.clientCertificate,
    key: config.clientKey,
  });
  sent.end(body ? JSON.stringify(body) : undefined);
  const [answer] = await once(sent, "response");
  const answeredAt = Date.now();
  answer.resume();
  if (answer.statusCode >= 300) {
    throw new Error(`${method} ${path}: ${answer.statusCode}`);
  }
  return answeredAt;
}

async function kubeconfigIn(folder: string): Promise<string> {
  const found = (await readdir(folder, { recursive: true })).find((name) =>
    /practice\/kubeconfig/.test(name),
  );
  if (!found) {
    throw new Error("The editor's practice cluster left no kubeconfig.");
  }
  return join(folder, found);
}
