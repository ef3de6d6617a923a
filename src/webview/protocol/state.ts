import * as v from "valibot";

const localizedText = v.object({ ja: v.string(), en: v.string() });
const language = v.picklist(["ja", "en"]);

const verdict = v.variant("state", [
  v.object({ state: v.literal("passed"), movedOn: v.optional(localizedText) }),
  v.object({ state: v.literal("notYet"), message: localizedText }),
  v.object({ state: v.literal("wrong"), message: localizedText }),
  v.object({ state: v.literal("cannotTell"), message: localizedText, remedy: localizedText }),
]);

const check = v.object({
  id: v.string(),
  title: localizedText,
  verdict,
  commands: v.array(v.string()),
  observed: v.string(),
  expected: localizedText,
  at: v.number(),
  since: v.number(),
});

const action = v.object({
  id: v.string(),
  kind: v.picklist(["run", "open", "edit", "apply", "read"]),
  heading: localizedText,
  html: localizedText,
  /** What would be typed: for "run" and "apply". */
  command: v.optional(v.string()),
  /** What the command printed when it was recorded. */
  sample: v.optional(v.string()),
  file: v.optional(v.string()),
  line: v.optional(v.number()),
  /** Whether its file is not in the learner's folder. */
  isMissing: v.boolean(),
  /** Whether the file can be compared with the solution's. */
  hasSolution: v.boolean(),
});

/** One thing that the solution does; where it replaces a file, the action whose file can be compared with it. */
const solutionLine = v.object({
  kind: v.picklist(["command", "file", "answer"]),
  text: localizedText,
  compareWith: v.optional(v.string()),
});

const choice = v.object({ id: v.string(), label: localizedText, feedback: v.optional(localizedText) });

const question = v.object({
  id: v.string(),
  purpose: v.picklist(["prediction", "question", "review"]),
  prompt: localizedText,
  choices: v.array(choice),
  placeholder: v.optional(localizedText),
  answer: v.optional(v.string()),
});

const liveObject = v.object({
  kind: v.picklist(["Pod", "PersistentVolumeClaim"]),
  name: v.string(),
  uid: v.string(),
  status: v.string(),
  detail: v.string(),
  tone: v.picklist(["good", "waiting", "bad"]),
});

const neighbour = v.object({ id: v.string(), title: localizedText });

const step = v.object({
  id: v.string(),
  title: localizedText,
  chapter: localizedText,
  chapterNumber: v.number(),
  minutes: v.number(),
  phase: v.picklist(["preparing", "open", "failed"]),
  dots: v.array(
    v.object({ id: v.string(), title: localizedText, state: v.picklist(["passed", "current", "open"]) }),
  ),
  why: localizedText,
  actions: v.array(action),
  questions: v.array(question),
  checks: v.array(check),
  /** Checks that have no verdict yet: the step is still being prepared, or could not be. */
  awaited: v.array(v.object({ id: v.string(), title: localizedText })),
  live: v.array(liveObject),
  liveConfirmedAt: v.number(),
  hints: v.array(localizedText),
  hintsInAll: v.number(),
  /** Undefined until the learner asked for it. */
  solution: v.optional(v.array(solutionLine)),
  /** Undefined until the step is passed. */
  seen: v.optional(localizedText),
  /** What the step had hidden; told once it is passed or its solution is shown. */
  hidden: v.array(localizedText),
  /** What closes the chapter: below its last step, once that is passed. */
  end: v.optional(v.object({ summary: localizedText, review: v.array(question) })),
  passed: v.boolean(),
  previous: v.optional(neighbour),
  next: v.optional(neighbour),
});

/** Everything that the lesson page shows; the host pushes the whole of it. */
export const pageStateSchema = v.object({
  language,
  cluster: v.object({ name: v.string(), health: v.picklist(["starting", "ready", "unreachable", "none"]) }),
  /** What stands in the way, and what to do. */
  problem: v.optional(localizedText),
  step: v.optional(step),
});

export type PageState = v.InferOutput<typeof pageStateSchema>;
export type StepState = v.InferOutput<typeof step>;
export type CheckState = v.InferOutput<typeof check>;
export type SolutionLine = v.InferOutput<typeof solutionLine>;
export type ActionState = v.InferOutput<typeof action>;
export type QuestionState = v.InferOutput<typeof question>;
