import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { chromium, type FrameLocator } from "playwright-core";
import { chromiumFlags, findChromium } from "../../editor/findChromium.ts";
import { installEditor } from "../../editor/installEditor.ts";
import { startEditor } from "../../editor/startEditor.ts";
import { stopPracticeClustersIn } from "../../editor/stopPracticeClusters.ts";
import { fetchKubectl } from "../../kubectl/fetchKubectl.ts";
import { packageExtension } from "../../packaging/packageExtension.ts";
import { mustRun } from "../../runProgram.ts";
import { type Benchmark, type Figure, median, percentile } from "../benchmark.ts";
import { type Requester, requester } from "../requester.ts";

const changes = 40;
const openings = 20;
const namespace = "dojo-first-contact";

/** What a learner waits for on the page in the real VS Code: a verdict after a change, and a step that is opened. */
export const lessonPage: Benchmark = {
  name: "page",
  async run() {
    const scratch = await mkdtemp(join(tmpdir(), "dojo-bench-page-"));
    const workspace = join(scratch, "workspace");
    await mkdir(workspace);
    const kubectl = await fetchKubectl();
    const editor = await startEditor(await installEditor(), {
      folder: scratch,
      extension: await packageExtension(scratch),
      environment: { PATH: [dirname(kubectl), process.env.PATH].join(delimiter) },
    });
    const browser = await chromium.launch({ executablePath: await findChromium(), args: [...chromiumFlags] });
    let cluster: Requester | undefined;
    try {
      const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
      page.setDefaultTimeout(60_000);
      await page.goto(`${editor.address}/?folder=${encodeURIComponent(workspace)}`);
      await page.locator('.activitybar [aria-label^="StatefulSet Dojo"]').first().click();
      await page.locator(".monaco-list-row", { hasText: "1.1" }).first().click();
      const lesson = page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
      await lesson.locator('[data-check="claim-waits"].notYet', { hasText: "first-claim" }).waitFor();
      const kubeconfig = await findKubeconfig(scratch);
      cluster = await requester(kubeconfig);
      const asked = await timeOfKubectl(kubectl, kubeconfig);
      return [await verdicts(lesson, cluster, asked), await opened(lesson)];
    } finally {
      cluster?.agent.destroy();
      await browser.close();
      await editor.stop();
      await stopPracticeClustersIn(scratch);
      await rm(scratch, { recursive: true, force: true });
    }
  },
};

/** From the request that changes a claim to the other verdict on the page; both read the same clock. */
async function verdicts(lesson: FrameLocator, cluster: Requester, askedMs: number): Promise<Figure> {
  const check = lesson.locator('[data-check="claim-waits"]');
  const claims = `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
  const claim = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "another" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } },
  };
  const runs: number[] = [];
  for (let change = 0; change < changes; change++) {
    const isThere = change % 2 === 1;
    const shown = check.evaluate(
      (element, verdict) =>
        new Promise<number>((resolve) => {
          new MutationObserver((_changes, observer) => {
            if (element.classList.contains(verdict)) {
              observer.disconnect();
              resolve(Date.now());
            }
          }).observe(element, { attributes: true });
        }),
      isThere ? "notYet" : "wrong",
    );
    // the observer has to be there before the change
    await check.evaluate(() => undefined);
    const startedAt = Date.now();
    await (isThere ? cluster.ask("DELETE", `${claims}/another`) : cluster.ask("POST", claims, claim));
    runs.push((await shown) - startedAt);
  }
  const late = percentile(runs, 0.95);
  const name = `verdict on the page after a change, 95th percentile (median ${median(runs)} ms of ${changes})`;
  return {
    name,
    runs: [late],
    unit: "ms",
    bar: 50,
    comparedWith: { what: "one kubectl get", value: askedMs },
  };
}

/** From the click to the other step's heading on the page. */
async function opened(lesson: FrameLocator): Promise<Figure> {
  const runs: number[] = [];
  for (let opening = 0; opening < openings; opening++) {
    const step = opening % 2 === 0 ? "1.2" : "1.1";
    runs.push(
      await lesson.locator("header").evaluate(
        (header, id) =>
          new Promise<number>((resolve) => {
            const startedAt = performance.now();
            new MutationObserver((_changes, observer) => {
              if (header.querySelector("h1")?.textContent?.startsWith(id)) {
                observer.disconnect();
                resolve(performance.now() - startedAt);
              }
            }).observe(header, { childList: true, subtree: true, characterData: true });
            header.querySelector<HTMLElement>(`.dots [aria-label^="${id} "]`)?.click();
          }),
        step,
      ),
    );
  }
  return { name: "step opened to its first content", runs, unit: "ms", bar: 100 };
}

async function timeOfKubectl(kubectl: string, kubeconfig: string): Promise<number> {
  const runs: number[] = [];
  for (let run = 0; run < 5; run++) {
    const startedAt = performance.now();
    await mustRun(kubectl, ["--kubeconfig", kubeconfig, "get", "pvc", "-n", namespace]);
    runs.push(performance.now() - startedAt);
  }
  return median(runs);
}

/** The practice cluster's kubeconfig below the folder of the editor. Throws when there is none. */
async function findKubeconfig(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true });
  const found = entries.find((entry) => entry.endsWith(join("practice", "kubeconfig")));
  if (!found) {
    throw new Error(`The editor made no practice cluster below ${folder}.`);
  }
  return join(folder, found);
}
