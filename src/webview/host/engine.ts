import type { openStep } from "../../checks/stepSession.ts";
import type { ClusterProvider } from "../../clusters/cluster.ts";
import type { LocalizedText } from "../../common/language.ts";
import type { stepFolder } from "../../lessons/learnerFolder.ts";
import type { loadCourse } from "../../lessons/loadCourse.ts";
import type { ProgressStore } from "../../lessons/progressStore.ts";
import type { parsePageMessage } from "../protocol/messages.ts";
import type { stepState } from "./stepState.ts";

/** What is heavy: loaded when a course is first opened. */
export interface Engine {
  readonly loadCourse: typeof loadCourse;
  readonly openStep: typeof openStep;
  readonly stepFolder: typeof stepFolder;
  readonly ProgressStore: typeof ProgressStore;
  readonly parsePageMessage: typeof parsePageMessage;
  readonly stepState: typeof stepState;
  renderMarkdown(text: LocalizedText): LocalizedText;
  /** The provider of the cluster of that kind with so many workers beside its control plane. */
  createProvider(kind: "practice" | "kind", workers?: number): ClusterProvider;
  /** Where kubectl was found; undefined when it was not. */
  kubectlPath(): Promise<string | undefined>;
}
