import { isObject } from "../../../common/kubernetes/jsonValues.ts";
import type { Json, JsonObject } from "../../../common/kubernetes/objects.ts";
import { loadStructure } from "../../../common/kubernetes/schema/loadData.ts";
import type { FieldStructure } from "../../../common/kubernetes/schema/structure.ts";

/*
 * The text of an API object as Go's memory has it: every field with its Go name and type, those that are not set
 * too. Kubernetes hashes this text (k8s.io/utils/dump's ForHash, which is spew's "%#v").
 */

const zeroTime = "{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}";

/** The text of a value of a type such as "core/v1.PodTemplateSpec". */
export function goDump(type: string, value: Json | undefined): string {
  return typed(type, value);
}

function typed(type: string, value: Json | undefined): string {
  const name = `(${shortName(type)})`;
  if (type.startsWith("*")) {
    return value === undefined || value === null ? `${name}<nil>` : `${name}${body(type.slice(1), value)}`;
  }
  return `${name}${body(type, value)}`;
}

/** Types as Go prints them: by the last part of their package. */
function shortName(type: string): string {
  return type.replace(/[a-z.]+\/(v[0-9][a-z0-9]*\.)/g, "$1");
}

function body(type: string, value: Json | undefined): string {
  const { structs, named } = loadStructure();
  const struct = structs[type];
  if (struct) {
    return structBody(struct.fields, isObject(value) ? value : {});
  }
  if (type.startsWith("[]")) {
    return sliceBody(type.slice(2), value);
  }
  const mapped = /^map\[[^\]]*\](.*)$/.exec(type)?.[1];
  if (mapped !== undefined) {
    return mapBody(mapped, value);
  }
  const alias = named[type];
  return alias === undefined ? leafBody(type, value) : body(alias, value);
}

function structBody(fields: readonly FieldStructure[], value: JsonObject): string {
  const texts = fields.map(({ go, json, type }) =>
    go === "" && json === ""
      ? `${shortName(type).replace(/^.*\./, "")}:${typed(type, value)}`
      : `${go}:${typed(type, value[json])}`,
  );
  return `{${texts.join(" ")}}`;
}

/** What is empty does not survive the way to a controller: it is nil there. */
function sliceBody(itemType: string, value: Json | undefined): string {
  return Array.isArray(value) && value.length > 0
    ? `[${value.map((item) => body(itemType, item)).join(" ")}]`
    : "<nil>";
}

function mapBody(valueType: string, value: Json | undefined): string {
  const keys = isObject(value) ? Object.keys(value).sort() : [];
  return isObject(value) && keys.length > 0
    ? `map[${keys.map((key) => `${key}:${body(valueType, value[key])}`).join(" ")}]`
    : "<nil>";
}

function leafBody(type: string, value: Json | undefined): string {
  switch (type) {
    case "resource.Quantity":
      return quantityBody(value === undefined || value === null ? undefined : String(value));
    case "intstr.IntOrString":
      return typeof value === "string"
        ? `{Type:(intstr.Type)1 IntVal:(int32)0 StrVal:(string)${value}}`
        : `{Type:(intstr.Type)0 IntVal:(int32)${Number(value ?? 0)} StrVal:(string)}`;
    case "meta/v1.Time":
      return zeroTime;
    case "bool":
      return String(value ?? false);
    case "string":
    case "types.UID":
      return String(value ?? "");
    default:
      return String(value ?? 0);
  }
}

interface QuantityParts {
  readonly value: bigint;
  readonly scale: number;
  readonly format: string;
  /** Whether the text is kept because it is canonical. */
  readonly isKept: boolean;
}

/** A quantity in its inside form (ParseQuantity of apimachinery's resource package). */
function quantityBody(text: string | undefined): string {
  const { value, scale, format, isKept } = quantityParts(text);
  const amount = `{value:(int64)${value} scale:(resource.Scale)${scale}}`;
  const kept = isKept ? (text ?? "") : "";
  return `{i:(resource.int64Amount)${amount} d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string)${kept} Format:(resource.Format)${format}}`;
}

const nothing: QuantityParts = { value: 0n, scale: 0, format: "", isKept: false };
const decimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

function quantityParts(text: string | undefined): QuantityParts {
  if (text === "0") {
    return { ...nothing, format: "DecimalSI", isKept: true };
  }
  const match = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(.*)$/.exec(text ?? "");
  const [, sign = "", whole = "", fraction = "", suffix = ""] = match ?? [];
  const digits = BigInt(`${whole}${fraction}` || "0");
  const number = sign === "-" ? -digits : digits;
  const binary = binarySuffixes.indexOf(suffix);
  if (text === undefined) {
    return nothing;
  }
  if (binary > 0) {
    const value = number * 1024n ** BigInt(binary);
    return { value, scale: 0, format: "BinarySI", isKept: digits % 8n !== 0n };
  }
  const decimal = decimalSuffixes.indexOf(suffix);
  const exponent = decimal === -1 ? Number(suffix.slice(1)) : (decimal - 3) * 3;
  const scale = exponent - fraction.length;
  const shifted = `${whole}${fraction}`;
  const isKept = scale % 3 === 0 && !shifted.endsWith("000") && !shifted.startsWith("0");
  return { value: number, scale, format: decimal === -1 ? "DecimalExponent" : "DecimalSI", isKept };
}
