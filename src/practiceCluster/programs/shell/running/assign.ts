import type { Assignment } from "../syntax.ts";
import type { Interpreter } from "./interpreter.ts";

/** Carries out an assignment. Returns it as `set -x` shows it. Throws ShellFailure. */
export async function assign({ state, expander }: Interpreter, assignment: Assignment): Promise<string> {
  const { name, subscript, isAppended, elements } = assignment;
  if (elements) {
    const values = await expander.fields(elements);
    const old = isAppended ? [...(state.variables.find(name)?.elements?.values() ?? [])] : [];
    state.variables.setArray(name, [...old, ...values]);
    return `${name}=(${values.join(" ")})`;
  }
  const value = await expander.text(assignment.value, { isAssignment: true });
  if (subscript) {
    const index = Number(await expander.arithmetic(subscript));
    const old = isAppended ? (state.variables.find(name)?.elements?.get(index) ?? "") : "";
    state.variables.setElement(name, index, old + value);
    return `${name}[${index}]=${value}`;
  }
  state.assign(name, (isAppended ? (state.parameter(name) ?? "") : "") + value);
  return `${name}${isAppended ? "+" : ""}=${value}`;
}
