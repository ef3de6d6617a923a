import { matchesPattern, patternSource } from "../../kit/pattern.ts";
import { literalText, type ParameterPart, type Word } from "../syntax.ts";
import type { Expander, Sink } from "./expander.ts";

/** The values of a parameter: one, none when it is not set, or those of a list. */
interface Values {
  readonly list: readonly string[];
  /** "@" or "*" where the parameter is a list. */
  readonly join: "@" | "*" | undefined;
  readonly isSet: boolean;
}

/** Expands `$name` and `${name…}` into a sink. Throws ShellFailure. */
export async function expandParameter(
  expander: Expander,
  part: ParameterPart,
  sink: Sink,
  isQuoted: boolean,
): Promise<void> {
  const { state } = expander;
  if (part.name === "") {
    throw state.messages.badSubstitution(part.operator ?? "");
  }
  const own = part.isIndirect ? await indirect(expander, part) : part;
  const values = await valuesOf(expander, own);
  if (own.isLength) {
    emit(expander, { ...values, list: [lengthOf(values)], join: undefined }, sink, isQuoted);
    return;
  }
  const operator = own.operator?.replace(/^:(?=[-=?+])/, "");
  const isNull = !values.isSet || (own.operator?.startsWith(":") === true && values.list.join("") === "");
  switch (operator) {
    case "-":
    case "=":
    case "+":
    case "?":
      if (isNull === (operator === "+")) {
        return operator === "+" ? undefined : emit(expander, values, sink, isQuoted);
      }
      await substitute(
        expander,
        { ...own, operator },
        sink,
        isQuoted,
        part.operator?.startsWith(":") === true,
      );
      return;
    default:
      requireSet(expander, own, values);
      emit(expander, await changed(expander, own, values), sink, isQuoted);
  }
}

function requireSet(expander: Expander, { name }: ParameterPart, { isSet, join }: Values): void {
  if (!isSet && join === undefined && expander.state.options.has("nounset")) {
    throw expander.state.messages.notSet(name, "unbound");
  }
}

async function indirect(expander: Expander, part: ParameterPart): Promise<ParameterPart> {
  const name = expander.state.parameter(part.name) ?? "";
  return { ...part, isIndirect: false, name: name === "" ? "!" : name };
}

async function valuesOf(expander: Expander, part: ParameterPart): Promise<Values> {
  const { state } = expander;
  const { name, subscript } = part;
  const joined = subscript ? literalText(subscript) : name;
  if (subscript && joined !== "@" && joined !== "*") {
    const index = Number(await expander.arithmetic(subscript));
    const elements = state.variables.find(name)?.elements;
    const value =
      elements?.get(index < 0 ? elements.size + index : index) ??
      (elements || index !== 0 ? undefined : state.parameter(name));
    return { list: [value ?? ""], join: undefined, isSet: value !== undefined };
  }
  if (joined === "@" || joined === "*") {
    const list = subscript ? elementsOf(state.variables.find(name)) : state.positional;
    return { list, join: joined, isSet: list.length > 0 };
  }
  const value = state.parameter(name);
  return { list: [value ?? ""], join: undefined, isSet: value !== undefined };
}

function elementsOf(
  variable: { value: string | undefined; elements?: Map<number, string> | undefined } | undefined,
): readonly string[] {
  if (variable?.elements) {
    return [...variable.elements].sort(([a], [b]) => a - b).map(([, value]) => value);
  }
  return variable?.value === undefined ? [] : [variable.value];
}

function lengthOf({ list, join }: Values): string {
  return String(join === undefined ? [...(list[0] ?? "")].length : list.length);
}

/** Writes values: a list in quotes is joined for "*" and stays apart for "@". */
function emit({ state }: Expander, { list, join }: Values, sink: Sink, isQuoted: boolean): void {
  if (join === "*" && isQuoted) {
    const separator = state.variables.get("IFS") ?? " ";
    sink.add(list.join(separator.slice(0, 1)), true);
    return;
  }
  for (const [index, value] of list.entries()) {
    if (index > 0) {
      sink.endField();
    }
    if (isQuoted) {
      sink.add(value, true);
    } else {
      sink.addSplit(value);
    }
  }
}

/** `${x-word}`, `${x=word}`, `${x+word}`, `${x?word}` where the word is what counts. */
async function substitute(
  expander: Expander,
  { name, operator, operand = [] }: ParameterPart,
  sink: Sink,
  isQuoted: boolean,
  countsEmpty: boolean,
): Promise<void> {
  const { state } = expander;
  if (operator === "?") {
    if (operand.length === 0) {
      throw state.messages.notSet(name, countsEmpty ? "null" : "unset");
    }
    throw state.messages.missing(name, await expander.text(operand));
  }
  if (operator === "=") {
    const value = await expander.text(operand);
    state.assign(name, value);
    emit(expander, { list: [value], join: undefined, isSet: true }, sink, isQuoted);
    return;
  }
  await expander.expandParts(operand, sink, isQuoted);
}

async function changed(expander: Expander, part: ParameterPart, values: Values): Promise<Values> {
  const { operator, operand = [], secondOperand } = part;
  if (operator === undefined) {
    return values;
  }
  if (operator === ":") {
    return await slice(expander, values, operand, secondOperand, part.name === "@" || part.name === "*");
  }
  const pattern = await expander.pattern(operand);
  const replacement = secondOperand ? await expander.text(secondOperand) : "";
  return { ...values, list: values.list.map((value) => change(value, operator, pattern, replacement)) };
}

function change(value: string, operator: string, pattern: string, replacement: string): string {
  switch (operator) {
    case "#":
      return value.slice(prefixLength(value, pattern, false));
    case "##":
      return value.slice(prefixLength(value, pattern, true));
    case "%":
      return value.slice(0, value.length - suffixLength(value, pattern, false));
    case "%%":
      return value.slice(0, value.length - suffixLength(value, pattern, true));
    case "/":
    case "//":
    case "/#":
    case "/%":
      return replace(value, operator, pattern, replacement);
    default:
      return changeCase(value, operator, pattern);
  }
}

function prefixLength(value: string, pattern: string, isLongest: boolean): number {
  const lengths = Array.from({ length: value.length + 1 }, (_, length) => length);
  const ordered = isLongest ? lengths.reverse() : lengths;
  return ordered.find((length) => matchesPattern(pattern, value.slice(0, length))) ?? 0;
}

function suffixLength(value: string, pattern: string, isLongest: boolean): number {
  const lengths = Array.from({ length: value.length + 1 }, (_, length) => length);
  const ordered = isLongest ? lengths.reverse() : lengths;
  return ordered.find((length) => matchesPattern(pattern, value.slice(value.length - length))) ?? 0;
}

function replace(value: string, operator: string, pattern: string, replacement: string): string {
  if (pattern === "") {
    return value;
  }
  const source = patternSource(pattern);
  const anchored = operator === "/#" ? `^(?:${source})` : operator === "/%" ? `(?:${source})$` : source;
  return value.replace(new RegExp(anchored, operator === "//" ? "gsu" : "su"), () => replacement);
}

function changeCase(value: string, operator: string, pattern: string): string {
  const wanted = pattern === "" ? "?" : pattern;
  const convert = (character: string) =>
    !matchesPattern(wanted, character)
      ? character
      : operator.startsWith("^")
        ? character.toUpperCase()
        : character.toLowerCase();
  const characters = [...value];
  return characters
    .map((character, index) => (operator.length === 2 || index === 0 ? convert(character) : character))
    .join("");
}

async function slice(
  expander: Expander,
  values: Values,
  offset: Word,
  length: Word | undefined,
  isPositional: boolean,
): Promise<Values> {
  const start = Number(await expander.arithmetic(offset));
  const count = length && Number(await expander.arithmetic(length));
  const cut = <T>(items: readonly T[]): readonly T[] => {
    const from = start < 0 ? Math.max(0, items.length + start) : start;
    const to = count === undefined ? items.length : count < 0 ? items.length + count : from + count;
    return items.slice(from, Math.max(from, to));
  };
  if (values.join === undefined) {
    return { ...values, list: [cut([...(values.list[0] ?? "")]).join("")] };
  }
  const all = isPositional ? [expander.state.shellName, ...values.list] : values.list;
  return { ...values, list: cut(all) };
}
