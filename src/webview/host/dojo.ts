import { join } from "node:path";
import * as vscode from "vscode";
import type { StepSession } from "../../checks/stepSnapshot.ts";
import type { ClusterProvider, LessonCluster } from "../../clusters/cluster.ts";
import { systemClock } from "../../common/clock.ts";
import { DisposableList } from "../../common/disposable.ts";
import type { Language, LocalizedText } from "../../common/language.ts";
import { type Chapter, type Course, findStep, type Step } from "../../lessons/course.ts";
import type { Progress } from "../../lessons/progress.ts";
import type { ProgressStore } from "../../lessons/progressStore.ts";
import type { PageState } from "../protocol/state.ts";
import type { Engine } from "./engine.ts";
import { withProgress } from "./withProgress.ts";

interface OpenedStep {
  readonly chapter: Chapter;
  readonly step: Step;
  readonly folder: string;
  readonly session: StepSession;
}

/** The course as it runs in this window: cluster, progress and the open step. Starts on first use. */
export class Dojo implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #loadEngine: () => Promise<Engine>;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #clusterLifetime = new DisposableList();
  #starting: Promise<void> | undefined;
  #trustGranted: vscode.Disposable | undefined;
  readonly #settings: vscode.Disposable;
  #engine: Engine | undefined;
  #course: Course | undefined;
  /** Where the open step runs: one of those that were started. */
  #cluster: LessonCluster | undefined;
  /** The clusters that were started or are being started, by how many workers they have. */
  readonly #clusters = new Map<number, Promise<LessonCluster>>();
  #store: ProgressStore | undefined;
  #opened: OpenedStep | undefined;
  #problem: LocalizedText | undefined;
  #isStartingCluster = false;
  #kubectlPath: string | undefined;
  readonly onChanged = this.#changed.event;

  constructor(context: vscode.ExtensionContext, loadEngine: () => Promise<Engine>) {
    this.#context = context;
    this.#loadEngine = loadEngine;
    this.#settings = vscode.workspace.onDidChangeConfiguration(
      (change) => void this.#settingsChanged(change),
    );
  }

  get course(): Course | undefined {
    return this.#course;
  }

  get progress(): Progress | undefined {
    return this.#store?.progress;
  }

  get cluster(): LessonCluster | undefined {
    return this.#cluster;
  }

  get opened(): OpenedStep | undefined {
    return this.#opened;
  }

  get kubectlPath(): string | undefined {
    return this.#kubectlPath;
  }

  get language(): Language {
    const kept = this.#context.globalState.get<string>("language");
    const set = setting("language");
    const wanted = kept ?? (set === "auto" ? vscode.env.language : set);
    return wanted?.startsWith("ja") ? "ja" : "en";
  }

  async switchLanguage(language: Language): Promise<void> {
    await this.#context.globalState.update("language", language);
    this.#changed.fire();
  }

  /** What is heavy, loaded the first time it is asked for. */
  async engine(): Promise<Engine> {
    this.#engine ??= await this.#loadEngine();
    return this.#engine;
  }

  /** Reads the course; the tree needs no more than this. */
  async readCourse(): Promise<Course | undefined> {
    const engine = await this.engine();
    this.#course ??= (
      await engine.loadCourse(join(this.#context.extensionPath, "lessons", "statefulset"))
    ).course;
    return this.#course;
  }

  /** Opens a step, the last one when none is named; what stands in the way is told on the page. */
  async openStep(id?: string): Promise<void> {
    if (!(await this.isTrusted(() => void this.openStep(id)))) {
      return;
    }
    const courseFolder = await this.#courseFolder();
    if (!courseFolder) {
      this.#tell({
        ja: "ファイルを置くフォルダーがまだ決まっていません。「コースを始める」を実行して選んでください。",
        en: "There is no folder for your files yet. Run “Start the Course” and choose one.",
      });
      return;
    }
    this.#problem = undefined;
    try {
      await this.#start();
      await this.#open(courseFolder, id);
    } catch (error) {
      this.#tell(wordsOf(error));
    }
  }

  async startOver(): Promise<void> {
    const session = this.#opened?.session;
    if (!session) {
      return;
    }
    const removed = await session.whatResetRemoves();
    const isJapanese = this.language === "ja";
    const yes = isJapanese ? "やり直す" : "Start over";
    const detail = isJapanese
      ? `次を削除します: ${removed.join(", ") || "なし"}。編集したファイルは写しを残します。`
      : `This removes: ${removed.join(", ") || "nothing"}. Copies of edited files are kept.`;
    const question = isJapanese ? "このステップをやり直しますか。" : "Start this step over?";
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes) {
      await session.reset();
    }
  }

  /** Where a started cluster comes from: for the doctor and for its removal. */
  async provider(): Promise<ClusterProvider> {
    const engine = await this.engine();
    return engine.createProvider(await this.#clusterKind(engine));
  }

  /** The set kind of cluster; "auto" is kind where it and its engine were found, and else practice. */
  async #clusterKind(engine: Engine): Promise<"practice" | "kind"> {
    const set = setting("cluster");
    if (set !== "auto") {
      return set === "kind" ? "kind" : "practice";
    }
    const needed = await engine.createProvider("kind").prerequisites();
    return needed.every(({ found }) => found) ? "kind" : "practice";
  }

  /**
   * Removes the lesson cluster and the one with workers, and everything in them; the learner's files and what was passed
   * elsewhere stay.
   */
  async deleteCluster(): Promise<void> {
    const engine = await this.engine();
    const kind = await this.#clusterKind(engine);
    const course = await this.readCourse();
    this.close();
    for (const workers of workerCounts(course)) {
      const provider = engine.createProvider(kind, workers);
      await withProgress(kind, this.language, (progress, signal) => provider.remove(progress, signal));
    }
  }

  /** Lets go of the open step and of the cluster; the next step opened starts it again. */
  close(): void {
    this.#opened?.session.dispose();
    this.#opened = undefined;
    for (const started of this.#clusters.values()) {
      started.then(
        (cluster) => cluster.dispose(),
        () => undefined, // whoever waits for it tells why it did not start
      );
    }
    this.#clusters.clear();
    this.#cluster = undefined;
    this.#store = undefined;
    this.#starting = undefined;
    this.#changed.fire();
  }

  pageState(): PageState {
    const { state } = this.#cluster?.health ?? { state: "none" };
    const health = state === "ready" ? "ready" : state === "none" ? "none" : "unreachable";
    return {
      language: this.language,
      cluster: {
        name: this.#cluster?.name ?? (setting("cluster") === "kind" ? "kind" : "practice"),
        health: this.#isStartingCluster ? "starting" : health,
      },
      problem: this.#problem ?? this.#opened?.session.snapshot.problem,
      step: this.#stepState(),
    };
  }

  dispose(): void {
    this.close();
    this.#trustGranted?.dispose();
    this.#settings.dispose();
    this.#clusterLifetime.dispose();
    this.#changed.dispose();
  }

  /** The setting wins over an earlier switch of the page; another cluster or kubectl takes over the open step. */
  async #settingsChanged(change: vscode.ConfigurationChangeEvent): Promise<void> {
    if (change.affectsConfiguration("dojo.language")) {
      await this.#context.globalState.update("language", undefined);
    }
    const isElsewhere =
      change.affectsConfiguration("dojo.cluster") || change.affectsConfiguration("dojo.kubectlPath");
    if (isElsewhere && this.#opened) {
      const { id } = this.#opened.step;
      this.close();
      await this.openStep(id);
    } else if (change.affectsConfiguration("dojo")) {
      this.#changed.fire();
    }
  }

  #stepState(): PageState["step"] {
    if (!this.#opened || !this.#course || !this.#store || !this.#engine) {
      return undefined;
    }
    const { chapter, step, session } = this.#opened;
    return this.#engine.stepState({
      course: this.#course,
      chapter,
      step,
      snapshot: session.snapshot,
      progress: this.#store.progress,
      render: this.#engine.renderMarkdown,
    });
  }

  #start(): Promise<void> {
    this.#starting ??= this.#startCluster().catch((error) => {
      this.#starting = undefined;
      throw error;
    });
    return this.#starting;
  }

  /** The cluster that most steps run on; whose progress it is, for steps that need workers too. */
  async #startCluster(): Promise<void> {
    const course = await this.readCourse();
    const cluster = await this.#clusterWith(0);
    const progressFolder = join(this.#context.globalStorageUri.fsPath, "progress");
    this.#store = await this.#engine?.ProgressStore.open(
      progressFolder,
      course?.id ?? "course",
      cluster.identity.kubeSystemUid,
      systemClock,
    );
    this.#kubectlPath = await this.#engine?.kubectlPath();
    this.#cluster = cluster;
    this.#changed.fire();
  }

  /** The started cluster with so many workers; it is started the first time it is needed. */
  #clusterWith(workers: number): Promise<LessonCluster> {
    const known = this.#clusters.get(workers);
    if (known) {
      return known;
    }
    const starting = this.#startWith(workers).catch((error) => {
      this.#clusters.delete(workers);
      throw error;
    });
    this.#clusters.set(workers, starting);
    return starting;
  }

  async #startWith(workers: number): Promise<LessonCluster> {
    this.#isStartingCluster = true;
    this.#problem = undefined;
    this.#changed.fire();
    try {
      const engine = await this.engine();
      const provider = engine.createProvider(await this.#clusterKind(engine), workers);
      const cluster = await withProgress(provider.kind, this.language, (progress, signal) =>
        provider.open(progress, signal),
      );
      this.#problem = undefined;
      this.#clusterLifetime.add(cluster.onHealthChanged(() => this.#changed.fire()));
      return cluster;
    } finally {
      this.#isStartingCluster = false;
      this.#changed.fire();
    }
  }

  async #open(courseFolder: string, id: string | undefined): Promise<void> {
    const [course, store, engine] = [this.#course, this.#store, this.#engine];
    if (!course || !store || !engine) {
      return;
    }
    const wanted = id ?? store.progress.lastStep ?? course.chapters[0]?.steps[0]?.id ?? "";
    const found = findStep(course, wanted);
    if (!found || this.#opened?.step.id === wanted) {
      return;
    }
    const { chapter, step } = found;
    const cluster = await this.#clusterWith(step.needs.workers);
    this.#opened?.session.dispose();
    this.#cluster = cluster;
    const folder = engine.stepFolder(courseFolder, chapter, step);
    await cluster.useNamespace(chapter.namespace);
    const listener = () => this.#changed.fire();
    const { kubeSystemUid } = cluster.identity;
    const journals = join(this.#context.globalStorageUri.fsPath, "journals", kubeSystemUid);
    const journalFile = join(journals, `${step.id}.jsonl`);
    const session = engine.openStep({ chapter, step, cluster, folder, store, listener, journalFile });
    this.#opened = { chapter, step, folder, session };
    this.#changed.fire();
    await store.update((before) => ({ ...before, lastStep: wanted }));
  }

  /** The folder for the learner's files: asked once for a window without a folder. */
  async #courseFolder(): Promise<string | undefined> {
    const kept = this.#context.workspaceState.get<string>("courseFolder");
    const folder = kept ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? (await this.#askFolder());
    if (folder && folder !== kept) {
      await this.#context.workspaceState.update("courseFolder", folder);
    }
    return folder;
  }

  async #askFolder(): Promise<string | undefined> {
    const openLabel = this.language === "ja" ? "ここに置く" : "Keep my files here";
    const picked = await vscode.window.showOpenDialog({
      canSelectFolders: true,
      canSelectFiles: false,
      openLabel,
    });
    return picked?.[0]?.fsPath;
  }

  /** Whether programs may be run; if not, that is said, and `whenGranted` goes on once the workspace is trusted. */
  async isTrusted(whenGranted: () => void): Promise<boolean> {
    if (!vscode.workspace.isTrusted) {
      await this.#askForTrust(whenGranted);
    }
    return vscode.workspace.isTrusted;
  }

  async #askForTrust(whenGranted: () => void): Promise<void> {
    const problem = {
      ja: "このワークスペースは信頼されていないので、ターミナルもクラスタも動かしません。信頼すると始められます。",
      en: "This workspace is not trusted, so neither the terminal nor a cluster is run. Trust it to begin.",
    };
    this.#tell(problem);
    this.#trustGranted?.dispose();
    this.#trustGranted = vscode.workspace.onDidGrantWorkspaceTrust(whenGranted);
    const manage = this.language === "ja" ? "信頼を管理する" : "Manage Trust";
    if ((await vscode.window.showWarningMessage(problem[this.language], manage)) === manage) {
      await vscode.commands.executeCommand("workbench.trust.manage");
    }
  }

  #tell(problem: LocalizedText): void {
    this.#problem = problem;
    this.#changed.fire();
  }
}

/** How many workers the clusters of a course have. */
function workerCounts(course: Course | undefined): ReadonlySet<number> {
  const steps = course?.chapters.flatMap((chapter) => chapter.steps) ?? [];
  return new Set([0, ...steps.map(({ needs }) => needs.workers)]);
}

function setting(name: string): string | undefined {
  return vscode.workspace.getConfiguration("dojo").get<string>(name);
}

function wordsOf(error: unknown): LocalizedText {
  const text: unknown = error instanceof Error ? Reflect.get(error, "text") : undefined;
  if (typeof text === "object" && text !== null && "ja" in text && "en" in text) {
    return { ja: String(text.ja), en: String(text.en) };
  }
  const detail = error instanceof Error ? error.message : String(error);
  return {
    ja: `クラスタを用意できませんでした（${detail}）。環境を調べてください。`,
    en: `The cluster could not be prepared (${detail}). Look at the environment.`,
  };
}
