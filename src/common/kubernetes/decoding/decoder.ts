import type { Json, JsonObject } from "../objects.ts";
import { canonicalQuantity, quantityFormatMessage } from "../quantity.ts";
import type { ApiField, ApiType, SpecialName, StructType } from "../schema/types.ts";
import { readTime } from "./times.ts";

const mostStrictErrors = 100;

/** What Go's JSON decoder calls a value. */
function valueName(value: Json): string {
  if (Array.isArray(value)) {
    return "array";
  }
  if (typeof value === "boolean") {
    return "bool";
  }
  return typeof value;
}

/**
 * Decodes JSON into an API type as the server's JSON library (sigs.k8s.io/json) does: values of a wrong
 * type are an error that names Go's struct, field path and type; unknown fields are dropped and noted.
 */
export class Decoder {
  /** The first mismatch of types, as the library words it. */
  error: string | undefined;
  /** `unknown field "spec.foo"`, in the order of the document. */
  readonly strictErrors: string[] = [];
  readonly #goPath: string[] = [];
  readonly #strictPath: string[] = [];
  #struct: string | undefined;

  /** The value as the server would hold it: known fields only, canonical quantities and times. Undefined where Go leaves the zero value. */
  decode(type: ApiType, value: Json): Json | undefined {
    if (value === null) {
      return undefined;
    }
    switch (type.kind) {
      case "struct":
        return this.#decodeStruct(type, value);
      case "list":
        return this.#decodeList(type.element, type.go, value);
      case "map":
        return this.#decodeMap(type.value, type.go, value);
      case "scalar":
        return this.#decodeScalar(type, value);
      case "special":
        return this.#decodeSpecial(type.special, value);
    }
  }

  #fail(message: string): undefined {
    this.error ??= message;
    return undefined;
  }

  #mismatch(found: string, goType: string): undefined {
    const target =
      this.#struct === undefined ? "Go value" : `Go struct field ${this.#struct}.${this.#goPath.join(".")}`;
    return this.#fail(`json: cannot unmarshal ${found} into ${target} of type ${goType}`);
  }

  #decodeStruct(type: StructType, value: Json): JsonObject | undefined {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return this.#mismatch(valueName(value), type.go);
    }
    const result: JsonObject = {};
    for (const [key, child] of Object.entries(value)) {
      const field = type.fields.get(key);
      if (!field) {
        this.#noteUnknown(key);
        continue;
      }
      const decoded = this.#decodeField(type, field, child);
      if (decoded !== undefined) {
        result[key] = decoded;
      }
    }
    return result;
  }

  #decodeField(type: StructType, field: ApiField, value: Json): Json | undefined {
    const outer = this.#struct;
    const depth = this.#goPath.length;
    this.#struct = type.name;
    this.#goPath.push(...field.through, field.json);
    this.#strictPath.push(this.#strictPath.length > 0 ? `.${field.json}` : field.json);
    const decoded = this.decode(field.apiType, value);
    this.#strictPath.pop();
    this.#goPath.length = depth;
    this.#struct = outer;
    return decoded;
  }

  #noteUnknown(key: string): void {
    const path = this.#strictPath.length > 0 ? `${this.#strictPath.join("")}.${key}` : key;
    if (this.strictErrors.length < mostStrictErrors) {
      this.strictErrors.push(`unknown field ${JSON.stringify(path)}`);
    }
  }

  #decodeList(element: ApiType, goType: string, value: Json): Json[] | undefined {
    if (!Array.isArray(value)) {
      return this.#mismatch(valueName(value), goType);
    }
    return value.map((child, index) => {
      this.#strictPath.push(`[${index}]`);
      const decoded = this.decode(element, child);
      this.#strictPath.pop();
      return decoded ?? zeroOf(element);
    });
  }

  #decodeMap(valueType: ApiType, goType: string, value: Json): JsonObject | undefined {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return this.#mismatch(valueName(value), goType);
    }
    const result: JsonObject = {};
    for (const key of Object.keys(value).sort()) {
      this.#strictPath.push(this.#strictPath.length > 0 ? `.${key}` : key);
      result[key] = this.decode(valueType, value[key] ?? null) ?? zeroOf(valueType);
      this.#strictPath.pop();
    }
    return result;
  }

  #decodeScalar(type: Extract<ApiType, { kind: "scalar" }>, value: Json): Json | undefined {
    switch (type.scalar) {
      case "string":
        return typeof value === "string" ? value : this.#mismatch(valueName(value), type.go);
      case "boolean":
        return typeof value === "boolean" ? value : this.#mismatch(valueName(value), type.go);
      case "number":
        return typeof value === "number" ? value : this.#mismatch(valueName(value), type.go);
      case "integer":
        return this.#decodeInteger(type.bits, type.go, value);
      case "bytes":
        return this.#decodeBytes(value, type.go);
    }
  }

  #decodeInteger(bits: number, goType: string, value: Json): Json | undefined {
    if (typeof value !== "number") {
      return this.#mismatch(valueName(value), goType);
    }
    const limit = bits === 16 ? 2 ** 16 : 2 ** (bits - 1);
    if (!Number.isInteger(value) || value < -limit || value >= limit) {
      return this.#mismatch(`number ${value}`, goType);
    }
    return value;
  }

  #decodeBytes(value: Json, goType: string): Json | undefined {
    if (typeof value !== "string") {
      return this.#mismatch(valueName(value), goType);
    }
    const text = value.replaceAll(/[\r\n]/g, "");
    const bad = text.search(/[^A-Za-z0-9+/=]/);
    const wellFormed = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);
    if (!wellFormed) {
      const offset = bad >= 0 ? bad : text.length - (text.length % 4);
      return this.#fail(`illegal base64 data at input byte ${offset}`);
    }
    return text;
  }

  #decodeSpecial(special: SpecialName, value: Json): Json | undefined {
    switch (special) {
      case "quantity":
        return this.#decodeQuantity(value);
      case "time":
      case "microTime":
        return this.#decodeTime(value, special === "microTime");
      case "intOrString":
        return this.#decodeIntOrString(value);
      case "duration":
        return typeof value === "string" ? value : this.#fail(unmarshalIntoValue(value, "string"));
      case "any":
      case "boolOrSchema":
        return value;
    }
  }

  #decodeQuantity(value: Json): Json | undefined {
    const canonical = canonicalQuantity(typeof value === "number" ? String(value) : String(value).trim());
    return canonical ?? this.#fail(quantityFormatMessage);
  }

  #decodeTime(value: Json, micro: boolean): Json | undefined {
    if (typeof value !== "string") {
      return this.#fail(unmarshalIntoValue(value, "string"));
    }
    const time = readTime(value, micro);
    return "error" in time ? this.#fail(time.error) : time.text;
  }

  #decodeIntOrString(value: Json): Json | undefined {
    if (typeof value === "string") {
      return value;
    }
    if (typeof value !== "number") {
      return this.#fail(unmarshalIntoValue(value, "string"));
    }
    const fits = Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;
    return fits ? value : this.#fail(unmarshalIntoValue(value, "int32", `number ${value}`));
  }
}

function unmarshalIntoValue(value: Json, goType: string, found = valueName(value)): string {
  return `json: cannot unmarshal ${found} into Go value of type ${goType}`;
}

/** What Go holds where a list element or map value is null. */
function zeroOf(type: ApiType): Json {
  switch (type.kind) {
    case "struct":
      return {};
    case "list":
    case "map":
      return null;
    case "scalar":
      return type.scalar === "integer" || type.scalar === "number"
        ? 0
        : type.scalar === "boolean"
          ? false
          : "";
    case "special":
      return type.special === "quantity" ? "0" : null;
  }
}
