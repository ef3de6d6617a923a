import type { LocalizedText } from "../../common/language.ts";
import type { Finding, Severity } from "../findings/finding.ts";
import { findingAt } from "../findings/report.ts";
import type { FieldPath } from "../source/fieldPath.ts";
import type { ManifestObject } from "../source/manifestObject.ts";
import type { Scene } from "../workspace/scene.ts";

/** What a rule says of one field. */
export interface Remark {
  readonly path: FieldPath;
  readonly message: LocalizedText;
  readonly on?: "key" | "value";
  readonly severity?: Severity;
  readonly fixes?: NonNullable<Parameters<typeof findingAt>[2]["fixes"]>;
}

/** One thing that can be wrong with a manifest although it is well-formed. One file each; see index.ts. */
export interface Rule {
  /** Kebab case; it stands in settings and in `# dojo-ignore: ID`. */
  readonly id: string;
  readonly severity: Severity;
  /** Kinds it looks at. */
  readonly kinds: readonly string[];
  readonly title: LocalizedText;
  /** What happens on a cluster, and why; shown with the finding's id. */
  readonly why: LocalizedText;
  /** The lesson that teaches it: "6.4". */
  readonly lesson?: string;
  check(object: ManifestObject, scene: Scene): Iterable<Remark>;
}

/** The findings of `rule` in `object`. */
export function applyRule(rule: Rule, object: ManifestObject, scene: Scene): readonly Finding[] {
  if (!rule.kinds.includes(object.kind) || !object.isBuiltIn) {
    return [];
  }
  return [...rule.check(object, scene)].map((remark) =>
    findingAt(object, remark.path, { rule: rule.id, severity: rule.severity, ...remark }),
  );
}

/** Manifests that prove a rule: it is silent on each valid one, and finds each `expect` in the invalid ones, in order. */
export interface RuleExamples {
  readonly valid: readonly string[];
  readonly invalid: readonly {
    readonly yaml: string;
    /** The text that each finding marks. */
    readonly marks: readonly string[];
    /** The whole text after the first finding's first fix, where it has one. */
    readonly fixed?: string;
    /** Objects that the cluster has. */
    readonly live?: readonly object[];
  }[];
}
