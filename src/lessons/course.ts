import type { Language, LocalizedText } from "../common/language.ts";
import type { Check } from "./check.ts";

/** A course as it is read from its folder: everything the engine and the page need, already validated. */
export interface Course {
  readonly id: string;
  readonly folder: string;
  readonly title: LocalizedText;
  readonly summary: LocalizedText;
  /** Images that the chapters use, for preloading and for the doctor. */
  readonly images: readonly string[];
  readonly glossary: readonly GlossaryTerm[];
  /** One word for one thing: words that the lessons' texts do not use, and what they say instead. */
  readonly avoided: readonly AvoidedWords[];
  readonly chapters: readonly Chapter[];
  /** What is taught, and where: commands, manifests, fields, concepts, beliefs that are put right. */
  readonly where: readonly WhereGroup[];
}

export interface WhereGroup {
  readonly title: LocalizedText;
  readonly items: readonly WhereItem[];
}

/** One thing that is taught; without words of its own the id (a field's name) or the command says what it is. */
export interface WhereItem {
  readonly id: string;
  readonly what?: LocalizedText | undefined;
  readonly command?: string | undefined;
  /** Ids of steps. */
  readonly steps: readonly string[];
}

export interface GlossaryTerm {
  readonly id: string;
  readonly term: LocalizedText;
  readonly meaning: LocalizedText;
}

export interface AvoidedWords {
  readonly language: Language;
  readonly words: readonly string[];
  readonly instead: string;
}

export interface Chapter {
  readonly id: string;
  readonly number: number;
  readonly title: LocalizedText;
  readonly summary: LocalizedText;
  /** Made and labelled by the dojo; every object of the chapter lies in it. */
  readonly namespace: string;
  /** What mends the cluster itself before a step begins or begins anew: nodes that a step closed or switched off. */
  readonly restore?: readonly { readonly run: string }[];
  readonly steps: readonly Step[];
  readonly end: ChapterEnd;
}

/** What closes a chapter, shown below its last step once that is passed. */
export interface ChapterEnd {
  /** Markdown: one page of what was seen, the rules behind it, and the commands to keep. */
  readonly summary: LocalizedText;
  /** The pool that each learner's review is drawn from. */
  readonly review: readonly ReviewQuestion[];
}

/** Asks in other words, names and numbers what a question of the chapter asked. */
export interface ReviewQuestion {
  readonly id: string;
  readonly repeats: { readonly step: string; readonly question: string };
  readonly prompt: LocalizedText;
  readonly choices: readonly Choice[];
}

/** One step. Texts named "markdown" are CommonMark; all others are plain. */
export interface Step {
  /** "1.2": unique in the course, stable in progress files. */
  readonly id: string;
  readonly slug: string;
  readonly folder: string;
  readonly title: LocalizedText;
  readonly minutes: number;
  readonly needs: StepNeeds;
  /** Markdown: why this step is worth the time. */
  readonly why: LocalizedText;
  /** Markdown: shown when the step is passed. */
  readonly seen: LocalizedText;
  readonly start: readonly ScriptEntry[];
  /** What is broken, unseen, once the start state stands. */
  readonly faults?: HiddenFaults | undefined;
  readonly files: readonly StepFile[];
  readonly actions: readonly Action[];
  readonly questions: readonly Question[];
  readonly checks: readonly Check[];
  /** Markdown, from a nudge to nearly the answer. */
  readonly hints: readonly [LocalizedText, LocalizedText, LocalizedText];
  readonly solution: readonly ScriptEntry[];
  /** Other ways that must lead to green as well. */
  readonly ways: readonly Way[];
  readonly mutants: readonly Mutant[];
  /** What the LIVE panel follows beside Pods and claims. */
  readonly terms: readonly string[];
}

export interface StepNeeds {
  /** Worker nodes beside the control plane. */
  readonly workers: number;
}

/** A file that is written into the learner's folder when the step begins. */
export interface StepFile {
  readonly path: string;
  readonly content: string;
}

/** Something the learner does; `heading` and `text` (markdown) are the section of that id. */
export type Action = {
  readonly id: string;
  readonly heading: LocalizedText;
  readonly text: LocalizedText;
  /** What the command printed on a real cluster, recorded by `lessons verify --record`. */
  readonly sample?: string | undefined;
} & (
  | { readonly kind: "run"; readonly command: string }
  | { readonly kind: "open"; readonly file: string; readonly line?: number | undefined }
  | { readonly kind: "edit"; readonly file: string; readonly line?: number | undefined }
  | { readonly kind: "apply"; readonly file: string }
  | { readonly kind: "read" }
);

/** A prediction is never wrong: it is compared with what was observed when `revealedBy` has passed. */
export type Question = {
  readonly id: string;
  readonly purpose: "prediction" | "question";
  readonly prompt: LocalizedText;
  /** Check id: when it has passed, the feedback and what happened are shown beside the prediction. */
  readonly revealedBy?: string | undefined;
} & (
  | { readonly form: "choice"; readonly choices: readonly Choice[] }
  | { readonly form: "text"; readonly placeholder: LocalizedText }
);

export interface Choice {
  readonly id: string;
  readonly label: LocalizedText;
  readonly correct: boolean;
  readonly feedback: LocalizedText;
}

/** One entry of a start state, a solution or a mutant: what is done, in order. */
export type ScriptEntry =
  /** A command as typed in the terminal; in a start state: kubectl and its plain arguments only. */
  | { readonly run: string }
  /** A manifest in the step's folder, applied to the chapter's namespace. */
  | { readonly apply: string }
  /** Replaces a learner's file by a file of the step's folder. */
  | { readonly edit: { readonly file: string; readonly from: string } }
  | { readonly answer: { readonly question: string; readonly value: string } }
  /** Answers with what the command prints: what only this cluster knows. */
  | { readonly answerFrom: { readonly question: string; readonly run: string } }
  /** Goes on when that check has passed. */
  | { readonly passed: string }
  /** In a solution: here the hidden faults are mended, each as the pool says. */
  | { readonly mendFaults: true };

/** A pool of faults, of which each learner gets some, drawn when the step begins. */
export interface HiddenFaults {
  readonly hide: number;
  readonly pool: readonly Fault[];
}

export interface Fault {
  readonly id: string;
  /** Two faults of one area are never hidden together: they would cover each other. */
  readonly area: string;
  /** What was wrong, and what it took to see it: told when the step is passed. */
  readonly what: LocalizedText;
  readonly plants: readonly ScriptEntry[];
  readonly mends: readonly ScriptEntry[];
  /** The checks that stay red while this fault, and no other, is left. */
  readonly caughtBy: readonly Caught[];
}

export interface Caught {
  readonly check: string;
  readonly verdict: "wrong" | "notYet";
}

/** What a learner may do instead of all that the solution does to the cluster and to files; its answers stay. */
export interface Way {
  readonly id: string;
  readonly what: LocalizedText;
  readonly does: readonly ScriptEntry[];
}

/** A mistake that the step's checks must catch. */
export interface Mutant {
  readonly id: string;
  /** The faults that are hidden while it is tried; none where the step hides none. */
  readonly faults?: readonly string[] | undefined;
  readonly what: LocalizedText;
  readonly does: readonly ScriptEntry[];
  readonly caughtBy: readonly Caught[];
}

/** The step of that number, with its chapter; undefined when the course has none. */
export function findStep(
  course: Course,
  id: string,
): { readonly chapter: Chapter; readonly step: Step } | undefined {
  for (const chapter of course.chapters) {
    const step = chapter.steps.find((candidate) => candidate.id === id);
    if (step) {
      return { chapter, step };
    }
  }
  return undefined;
}
