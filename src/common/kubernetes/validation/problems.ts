import type { Json } from "../objects.ts";

/** Text that stands in a message as it is: the printed form of an inside type. */
export interface PrintedValue {
  readonly printed: string;
}

export type BadValue = Json | undefined | PrintedValue;

/** One field error: where, what kind of mistake, and the words for it. */
export interface FieldProblem {
  /** `FieldValueInvalid` and the other causes of a Status. */
  readonly reason: string;
  readonly message: string;
  /** `spec.containers[0].name` */
  readonly field: string;
}

function isPrinted(value: BadValue): value is PrintedValue {
  return typeof value === "object" && value !== null && "printed" in value;
}

/** A value as field errors print it: texts quoted, everything else as JSON with sorted keys. */
function printValue(value: BadValue): string {
  return isPrinted(value) ? String(value.printed) : goJson(value ?? null);
}

/** JSON as Go writes maps: sorted keys, and <, >, & escaped. */
export function goJson(value: Json): string {
  if (Array.isArray(value)) {
    return `[${value.map(goJson).join(",")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const keys = Object.keys(value).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${goJson(value[key] ?? null)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

/**
 * The problems found in one object, in the words of k8s.io/apimachinery's field errors. Paths are
 * written as `spec.containers[0].name` and `data[key]`.
 */
export class Problems {
  readonly #found: FieldProblem[] = [];

  /** In the order in which they were found. */
  get found(): readonly FieldProblem[] {
    return this.#found;
  }

  get count(): number {
    return this.#found.length;
  }

  #add(reason: string, field: string, text: string, detail: string): void {
    this.#found.push({ reason, field, message: detail === "" ? text : `${text}: ${detail}` });
  }

  required(path: string, detail = ""): void {
    this.#add("FieldValueRequired", path, "Required value", detail);
  }

  invalid(path: string, value: BadValue, detail: string): void {
    this.#add("FieldValueInvalid", path, `Invalid value: ${printValue(value)}`, detail);
  }

  /** A whole that is wrong: its value is not shown. */
  invalidRule(path: string, detail: string): void {
    this.#add("FieldValueInvalid", path, "Invalid value", detail);
  }

  /** One problem for each message. */
  invalidAll(path: string, value: BadValue, details: readonly string[]): void {
    for (const detail of details) {
      this.invalid(path, value, detail);
    }
  }

  notSupported(path: string, value: BadValue, supported: readonly string[]): void {
    const names = supported.map((name) => JSON.stringify(name)).join(", ");
    const text = `Unsupported value: ${printValue(value)}`;
    this.#add("FieldValueNotSupported", path, text, names === "" ? "" : `supported values: ${names}`);
  }

  forbidden(path: string, detail: string): void {
    this.#add("FieldValueForbidden", path, "Forbidden", detail);
  }

  duplicate(path: string, value: BadValue): void {
    this.#add("FieldValueDuplicate", path, `Duplicate value: ${printValue(value)}`, "");
  }

  notFound(path: string, value: BadValue): void {
    this.#add("FieldValueNotFound", path, `Not found: ${printValue(value)}`, "");
  }

  tooLong(path: string, bytes: number): void {
    const unit = bytes === 1 ? "byte" : "bytes";
    this.#add("FieldValueTooLong", path, "Too long", `may not be more than ${bytes} ${unit}`);
  }

  tooMany(path: string, actual: number, most: number): void {
    const unit = most === 1 ? "item" : "items";
    this.#add("FieldValueTooMany", path, `Too many: ${actual}`, `must have at most ${most} ${unit}`);
  }
}
