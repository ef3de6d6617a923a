import type { LocalizedText } from "../common/language.ts";

/** Red verdicts that a condition may lead to: "notYet" may come by itself, "wrong" will not. */
export type RedVerdict = "notYet" | "wrong";

/** Declarative data: what a check looks at and what it expects. `else` and `diagnose` separate the red verdicts. */
export type Check = KubectlCheck | ApiCheck | TraceCheck | FileCheck | AnswerCheck;

interface CheckBase {
  readonly id: string;
  readonly title: LocalizedText;
  /** What a green check looks like, in words; `{{ cel }}` is filled from what was observed. */
  readonly expected: LocalizedText;
}

/** Names one object, or the objects with these labels, of one resource. */
export interface Query {
  readonly apiVersion: string;
  readonly plural: string;
  readonly name?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Cluster-scoped resources; else the chapter's namespace. */
  readonly clusterScoped?: boolean | undefined;
}

export type Scalar = string | number | boolean;

export interface Comparison {
  readonly equals?: Scalar | undefined;
  readonly notEquals?: Scalar | undefined;
  readonly atLeast?: number | undefined;
  readonly matches?: string | undefined;
  readonly exists?: boolean | undefined;
}

/** True or false about what was looked at: a field path with a comparison, or a CEL expression. */
export type Condition =
  | { readonly cel: string }
  | ({ readonly of: string; readonly path: string } & Comparison);

export type Expectation = Condition & {
  /** Default: a field under `status` or a missing object is "notYet", anything else "wrong". */
  readonly else?: RedVerdict | undefined;
  /** Told when it does not hold. */
  readonly say: LocalizedText;
};

/** Looked at in order when an expectation does not hold: the first that is true decides verdict and words. */
export type Diagnosis = Condition & { readonly verdict: RedVerdict; readonly say: LocalizedText };

export interface ApiCheck extends CheckBase {
  readonly kind: "api";
  readonly look: Readonly<Record<string, Query>>;
  readonly expect: readonly Expectation[];
  readonly diagnose: readonly Diagnosis[];
}

export interface KubectlCheck extends CheckBase {
  readonly kind: "kubectl";
  readonly args: readonly string[];
  /** A change of one of these runs it again. */
  readonly watches: readonly Query[];
  /** Only for what no watch shows (a row in a database): so often while it is red. */
  readonly repeatSeconds?: number | undefined;
  readonly exitCode: number;
  readonly stdout?: string | undefined;
  readonly stderr?: string | undefined;
  readonly else: RedVerdict;
  readonly say: LocalizedText;
  readonly diagnose: readonly {
    readonly exitCode?: number | undefined;
    readonly stdout?: string | undefined;
    readonly stderr?: string | undefined;
    readonly verdict: RedVerdict;
    readonly say: LocalizedText;
  }[];
}

export type FactName = "created" | "ready" | "notReady" | "terminating" | "deleted";

export interface FactReference {
  readonly fact: FactName;
  readonly apiVersion: string;
  readonly plural: string;
  readonly name: string;
}

/** Each fact of `order` must have happened since the step began, one after the other; none of `never`. */
export interface TraceCheck extends CheckBase {
  readonly kind: "trace";
  readonly order: readonly FactReference[];
  readonly never: readonly FactReference[];
  /** Told while a fact is missing. */
  readonly waiting: LocalizedText;
  /** Told when facts came in another order, or one that must not be. */
  readonly violated: LocalizedText;
  readonly diagnose: readonly Diagnosis[];
  readonly look: Readonly<Record<string, Query>>;
}

export interface FileCheck extends CheckBase {
  readonly kind: "file";
  readonly file: string;
  /** The document among several: the first of that kind and name. */
  readonly document: { readonly kind: string; readonly name?: string | undefined };
  readonly expect: readonly ({ readonly path: string; readonly say: LocalizedText } & Comparison)[];
}

export interface AnswerCheck extends CheckBase {
  readonly kind: "answer";
  readonly question: string;
  /** For text: what the cluster itself says (CEL over `look`), compared after trimming. */
  readonly look: Readonly<Record<string, Query>>;
  readonly accepts?: string | undefined;
  /** Told when a text answer differs from it. */
  readonly say?: LocalizedText | undefined;
}
