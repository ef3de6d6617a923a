import * as v from "valibot";
import type { Query } from "./check.ts";
import { knownResource } from "./resources.ts";

const text = v.pipe(v.string(), v.trim(), v.minLength(1, "must not be empty"));
const id = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]*$/, "an id is lower case: letters, digits, dashes"));
const relativePath = v.pipe(
  v.string(),
  v.regex(/^(?!\/)(?!.*\.\.)[\w./-]+$/, "a path within the step's folder"),
);

export const localizedSchema = v.strictObject({ ja: text, en: text });

const queryText = v.pipe(
  v.string(),
  v.regex(/^[a-z]+(\/[a-z0-9.-]+)?$/, "a resource is written plural or plural/name"),
  v.transform((shorthand): { resource: string; name?: string; labels?: Record<string, string> } => {
    const [resource = "", name] = shorthand.split("/");
    return name ? { resource, name } : { resource };
  }),
);
const queryObject = v.strictObject({
  resource: v.string(),
  name: v.optional(v.string()),
  labels: v.optional(v.record(v.string(), v.string())),
});

/** `pods/postgres-0`, or an object with resource, name and labels. */
const query = v.pipe(
  v.union([queryText, queryObject]),
  v.rawTransform(({ dataset, addIssue, NEVER }): Query => {
    const { resource, name, labels } = dataset.value;
    const known = knownResource(resource);
    if (!known) {
      addIssue({ message: `no resource "${resource}" is known to lessons` });
      return NEVER;
    }
    return { ...known, plural: resource, ...(name ? { name } : {}), ...(labels ? { labels } : {}) };
  }),
);
const look = v.optional(v.record(v.pipe(v.string(), v.regex(/^[a-z][A-Za-z0-9]*$/)), query), {});

const scalar = v.union([v.string(), v.number(), v.boolean()]);
const comparison = {
  equals: v.optional(scalar),
  notEquals: v.optional(scalar),
  atLeast: v.optional(v.number()),
  matches: v.optional(v.string()),
  exists: v.optional(v.boolean()),
};
const redVerdict = v.picklist(["notYet", "wrong"]);
const expectationWords = { else: v.optional(redVerdict), say: localizedSchema };
const diagnosisWords = { verdict: redVerdict, say: localizedSchema };
const fieldCondition = { of: v.string(), path: text, ...comparison };
const expectation = v.union([
  v.strictObject({ cel: text, ...expectationWords }),
  v.strictObject({ ...fieldCondition, ...expectationWords }),
]);
const diagnosis = v.union([
  v.strictObject({ cel: text, ...diagnosisWords }),
  v.strictObject({ ...fieldCondition, ...diagnosisWords }),
]);

/** `ready pods/postgres-0`. */
const fact = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const match = /^(created|ready|notReady|terminating|deleted) ([a-z]+)\/([a-z0-9.-]+)$/.exec(
      dataset.value,
    );
    const known = match?.[2] ? knownResource(match[2]) : undefined;
    if (!match?.[1] || !match[2] || !match[3] || !known) {
      addIssue({ message: "a fact is written: created|ready|notReady|terminating|deleted plural/name" });
      return NEVER;
    }
    const factName = v.parse(factNames, match[1]);
    return { fact: factName, apiVersion: known.apiVersion, plural: match[2], name: match[3] };
  }),
);
const factNames = v.picklist(["created", "ready", "notReady", "terminating", "deleted"]);

const checkBase = { id, title: localizedSchema, expected: localizedSchema };
const checkSchema = v.variant("kind", [
  v.strictObject({
    ...checkBase,
    kind: v.literal("api"),
    look,
    expect: v.pipe(v.array(expectation), v.minLength(1)),
    diagnose: v.optional(v.array(diagnosis), []),
  }),
  v.strictObject({
    ...checkBase,
    kind: v.literal("kubectl"),
    args: v.pipe(v.array(v.string()), v.minLength(1)),
    watches: v.optional(v.array(query), []),
    repeatSeconds: v.optional(v.pipe(v.number(), v.minValue(1))),
    exitCode: v.optional(v.number(), 0),
    stdout: v.optional(v.string()),
    stderr: v.optional(v.string()),
    else: v.optional(redVerdict, "notYet"),
    say: localizedSchema,
    diagnose: v.optional(
      v.array(
        v.strictObject({
          exitCode: v.optional(v.number()),
          stdout: v.optional(v.string()),
          stderr: v.optional(v.string()),
          ...diagnosisWords,
        }),
      ),
      [],
    ),
  }),
  v.strictObject({
    ...checkBase,
    kind: v.literal("trace"),
    order: v.pipe(v.array(fact), v.minLength(1)),
    never: v.optional(v.array(fact), []),
    waiting: localizedSchema,
    violated: localizedSchema,
    look,
    diagnose: v.optional(v.array(diagnosis), []),
  }),
  v.strictObject({
    ...checkBase,
    kind: v.literal("file"),
    file: relativePath,
    document: v.strictObject({ kind: text, name: v.optional(text) }),
    expect: v.pipe(
      v.array(v.strictObject({ path: text, ...comparison, say: localizedSchema })),
      v.minLength(1),
    ),
  }),
  v.strictObject({
    ...checkBase,
    kind: v.literal("answer"),
    question: id,
    look,
    accepts: v.optional(text),
    say: v.optional(localizedSchema),
  }),
]);

const scriptEntry = v.union([
  v.strictObject({ run: text }),
  v.strictObject({ apply: relativePath }),
  v.strictObject({ edit: v.strictObject({ file: relativePath, from: relativePath }) }),
  v.strictObject({ answer: v.strictObject({ question: id, value: text }) }),
  v.strictObject({ answerFrom: v.strictObject({ question: id, run: text }) }),
  v.strictObject({ passed: id }),
  v.strictObject({ mendFaults: v.literal(true) }),
]);
const script = v.pipe(v.array(scriptEntry), v.minLength(1));
const caughtBy = v.pipe(v.array(v.strictObject({ check: id, verdict: redVerdict })), v.minLength(1));

const faultsSchema = v.strictObject({
  hide: v.pipe(v.number(), v.integer(), v.minValue(1)),
  pool: v.pipe(
    v.array(v.strictObject({ id, area: id, what: localizedSchema, plants: script, mends: script, caughtBy })),
    v.minLength(1),
  ),
});

const line = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)));
const actionSchema = v.variant("kind", [
  v.strictObject({ id, kind: v.literal("run"), command: text }),
  v.strictObject({ id, kind: v.literal("open"), file: relativePath, line }),
  v.strictObject({ id, kind: v.literal("edit"), file: relativePath, line }),
  v.strictObject({ id, kind: v.literal("apply"), file: relativePath }),
  v.strictObject({ id, kind: v.literal("read") }),
]);

const questionBase = {
  id,
  purpose: v.picklist(["prediction", "question"]),
  prompt: localizedSchema,
  revealedBy: v.optional(id),
};
const choices = v.pipe(
  v.array(
    v.strictObject({
      id,
      label: localizedSchema,
      correct: v.optional(v.boolean(), false),
      feedback: localizedSchema,
    }),
  ),
  v.minLength(2),
);
const questionSchema = v.variant("form", [
  v.strictObject({
    ...questionBase,
    form: v.literal("choice"),
    choices,
  }),
  v.strictObject({ ...questionBase, form: v.literal("text"), placeholder: localizedSchema }),
]);

/** step.yaml: everything of a step but its prose and its files. */
export const stepSchema = v.strictObject({
  title: localizedSchema,
  minutes: v.pipe(v.number(), v.minValue(1)),
  needs: v.optional(v.strictObject({ workers: v.optional(v.number(), 0) }), {}),
  terms: v.optional(v.array(id), []),
  files: v.optional(v.array(relativePath), []),
  start: v.optional(v.array(scriptEntry), []),
  faults: v.optional(faultsSchema),
  actions: v.pipe(v.array(actionSchema), v.minLength(1)),
  questions: v.optional(v.array(questionSchema), []),
  checks: v.pipe(v.array(checkSchema), v.minLength(1)),
  solution: script,
  ways: v.optional(v.array(v.strictObject({ id, what: localizedSchema, does: script })), []),
  mutants: v.pipe(
    v.array(
      v.strictObject({
        id,
        faults: v.optional(v.array(id)),
        what: localizedSchema,
        does: script,
        caughtBy,
      }),
    ),
    v.minLength(3, "a step has three mutants or more"),
  ),
});

export const chapterSchema = v.strictObject({
  title: localizedSchema,
  summary: localizedSchema,
  namespace: v.pipe(v.string(), v.regex(/^dojo-[a-z0-9-]+$/, "a chapter's namespace begins with dojo-")),
  restore: v.optional(v.array(v.strictObject({ run: text })), []),
});

const repeated = v.pipe(
  v.string(),
  v.regex(/^\d+\.\d+\/[a-z][a-z0-9-]*$/, "what a question repeats is written step/question: 4.1/way-down"),
  v.transform((text) => {
    const [step = "", question = ""] = text.split("/");
    return { step, question };
  }),
);

/** end/review.yaml: the questions that a chapter's review is drawn from. */
export const reviewSchema = v.strictObject({
  questions: v.pipe(
    v.array(v.strictObject({ id, repeats: repeated, prompt: localizedSchema, choices })),
    v.minLength(5, "a review is drawn from five questions or more"),
  ),
});

export const courseSchema = v.strictObject({ id, title: localizedSchema, summary: localizedSchema });
export const imagesSchema = v.strictObject({ images: v.array(text) });
export const glossarySchema = v.strictObject({
  terms: v.array(v.strictObject({ id, term: localizedSchema, meaning: localizedSchema })),
  avoided: v.optional(
    v.array(v.strictObject({ language: v.picklist(["ja", "en"]), words: v.array(text), instead: text })),
    [],
  ),
});

/** where.yaml: what the course teaches, and in which steps. */
export const whereSchema = v.strictObject({
  groups: v.array(
    v.strictObject({
      title: localizedSchema,
      items: v.array(
        v.strictObject({
          id: text,
          what: v.optional(localizedSchema),
          command: v.optional(text),
          steps: v.pipe(v.array(v.pipe(v.string(), v.regex(/^\d+\.\d+$/))), v.minLength(1)),
        }),
      ),
    }),
  ),
});

export type StepDocument = v.InferOutput<typeof stepSchema>;
