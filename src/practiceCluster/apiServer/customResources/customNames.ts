import type { ICustomResourceDefinition } from "kubernetes-models/apiextensions.k8s.io/v1/CustomResourceDefinition";

type Names = ICustomResourceDefinition["spec"]["names"];
type Condition = NonNullable<NonNullable<ICustomResourceDefinition["status"]>["conditions"]>[number];
type ConditionState = Pick<Condition, "status" | "reason" | "message">;

export interface NamesDecision {
  readonly accepted: Names;
  readonly condition: ConditionState;
}

/** Which of its names a definition may have beside the others of its group (apiextensions' naming controller). */
export function decideNames(
  definition: ICustomResourceDefinition,
  others: readonly ICustomResourceDefinition[],
): NamesDecision {
  const { names } = definition.spec;
  const before: Names = definition.status?.acceptedNames ?? { kind: "", plural: "" };
  const taken = others
    .filter(({ spec }) => spec.group === definition.spec.group)
    .flatMap(({ status }) => (status?.acceptedNames ? [status.acceptedNames] : []));
  const resources = new Set(
    taken.flatMap((each) => [each.plural, each.singular, ...(each.shortNames ?? [])]),
  );
  const kinds = new Set(taken.flatMap(({ kind, listKind }) => [kind, listKind]));
  let condition: ConditionState = { status: "True", reason: "NoConflicts", message: "no conflicts found" };
  const accepted = { ...before };
  const claim = (field: "plural" | "singular" | "kind" | "listKind", used: ReadonlySet<unknown>) => {
    const wanted = names[field] ?? "";
    if (wanted !== (before[field] ?? "") && used.has(wanted)) {
      const reason = `${field.charAt(0).toUpperCase()}${field.slice(1)}Conflict`;
      condition = { status: "False", reason, message: `${JSON.stringify(wanted)} is already in use` };
    } else {
      accepted[field] = wanted;
    }
  };
  claim("plural", resources);
  claim("singular", resources);
  const conflicting = (names.shortNames ?? []).filter(
    (each) => !before.shortNames?.includes(each) && resources.has(each),
  );
  if (conflicting.length > 0) {
    const texts = conflicting.map((each) => `${JSON.stringify(each)} is already in use`);
    const message = texts.length === 1 ? (texts[0] ?? "") : `[${texts.join(", ")}]`;
    condition = { status: "False", reason: "ShortNamesConflict", message };
  } else if (names.shortNames) {
    accepted.shortNames = names.shortNames;
  } else {
    delete accepted.shortNames;
  }
  claim("kind", kinds);
  claim("listKind", kinds);
  if (names.categories) {
    accepted.categories = names.categories;
  }
  return { accepted, condition };
}

/** A definition's conditions with one of them in a state; its time changes with its status. */
export function withCondition(
  conditions: readonly Condition[],
  type: string,
  state: ConditionState,
  time: string,
): Condition[] {
  const before = conditions.find((each) => each.type === type);
  const lastTransitionTime = before?.status === state.status ? before.lastTransitionTime : time;
  const made: Condition = {
    ...before,
    type,
    ...state,
    ...(lastTransitionTime ? { lastTransitionTime } : {}),
  };
  return before ? conditions.map((each) => (each.type === type ? made : each)) : [...conditions, made];
}
