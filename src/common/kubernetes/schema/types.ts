import type { FieldStructure, SchemaStructure } from "./structure.ts";

export type ScalarName = "string" | "integer" | "number" | "boolean" | "bytes";

/** Types whose JSON form is not that of their Go structure. */
export type SpecialName =
  | "quantity"
  | "time"
  | "microTime"
  | "duration"
  | "intOrString"
  | "any"
  | "boolOrSchema";

/** The type of a value in the API. `go` is the type as Go prints it in errors: "v1.PodSpec", "[]string". */
export type ApiType =
  | { readonly kind: "scalar"; readonly go: string; readonly scalar: ScalarName; readonly bits: number }
  | { readonly kind: "special"; readonly go: string; readonly special: SpecialName }
  | { readonly kind: "list"; readonly go: string; readonly element: ApiType }
  | { readonly kind: "map"; readonly go: string; readonly value: ApiType }
  | StructType;

/** One field of a struct, embedded structs being flattened. */
export interface ApiField extends FieldStructure {
  readonly apiType: ApiType;
  /** Whether Go holds it as a pointer: an explicit zero value is then kept. */
  readonly pointer: boolean;
  /** Names of the embedded structs that hold it. */
  readonly through: readonly string[];
  /** Protobuf numbers from here to the field: embedded structs are messages of their own there. Empty: not in protobuf. */
  readonly protoPath: readonly number[];
}

/** A struct; its fields are resolved when first asked for, in the order in which the server writes them. */
export class StructType {
  readonly kind = "struct";
  readonly go: string;
  readonly name: string;
  readonly atomic: boolean;
  readonly #resolve: () => ReadonlyMap<string, ApiField>;
  #fields: ReadonlyMap<string, ApiField> | undefined;

  constructor(name: string, atomic: boolean, resolve: () => ReadonlyMap<string, ApiField>) {
    this.name = name.slice(name.lastIndexOf(".") + 1);
    this.go = printedName(name);
    this.atomic = atomic;
    this.#resolve = resolve;
  }

  /** By JSON name. */
  get fields(): ReadonlyMap<string, ApiField> {
    this.#fields ??= this.#resolve();
    return this.#fields;
  }
}

const specialTypes: Readonly<Record<string, SpecialName>> = {
  "resource.Quantity": "quantity",
  "meta/v1.Time": "time",
  "meta/v1.MicroTime": "microTime",
  "meta/v1.Duration": "duration",
  "intstr.IntOrString": "intOrString",
  "runtime.RawExtension": "any",
  "runtime.Object": "any",
  "meta/v1.FieldsV1": "any",
  "apiextensions/v1.JSON": "any",
  "apiextensions/v1.JSONSchemaPropsOrBool": "boolOrSchema",
  "apiextensions/v1.JSONSchemaPropsOrArray": "any",
  "apiextensions/v1.JSONSchemaPropsOrStringArray": "any",
};

const scalarTypes: Readonly<Record<string, { scalar: ScalarName; bits: number }>> = {
  string: { scalar: "string", bits: 0 },
  "types.UID": { scalar: "string", bits: 0 },
  "types.NodeName": { scalar: "string", bits: 0 },
  bool: { scalar: "boolean", bits: 0 },
  int: { scalar: "integer", bits: 64 },
  int32: { scalar: "integer", bits: 32 },
  int64: { scalar: "integer", bits: 64 },
  uint16: { scalar: "integer", bits: 16 },
  float64: { scalar: "number", bits: 64 },
};

/** `core/v1.PodSpec` → `v1.PodSpec`; works inside `[]…`, `*…` and `map[…]…` too. */
function printedName(type: string): string {
  return type.replaceAll(/[\w-]+\/(?=v\d)/g, "").replaceAll(/\*/g, "*");
}

/** Resolves the types of one structure file, each once. */
export class ApiTypes {
  readonly #structure: SchemaStructure;
  readonly #resolved = new Map<string, ApiType>();

  constructor(structure: SchemaStructure) {
    this.#structure = structure;
  }

  /** The type of a kind's objects; undefined for a kind that is not built in. */
  ofKind(group: string, version: string, kind: string): StructType | undefined {
    const name = this.#structure.kinds[`${group}/${version}/${kind}`];
    const type = name === undefined ? undefined : this.named(name);
    return type?.kind === "struct" ? type : undefined;
  }

  /** A type by its short Go name, for example "core/v1.PodSpec". */
  named(name: string): ApiType {
    let type = this.#resolved.get(name);
    if (!type) {
      type = this.#resolve(name);
      this.#resolved.set(name, type);
    }
    return type;
  }

  #resolve(name: string): ApiType {
    const go = printedName(name);
    const special = specialTypes[name];
    if (special) {
      return { kind: "special", go, special };
    }
    const struct = this.#structure.structs[name];
    if (struct) {
      return new StructType(name, struct.atomic ?? false, () => this.#fieldsOf(name, [], []));
    }
    return this.#resolveExpression(name, go);
  }

  #resolveExpression(name: string, go: string): ApiType {
    if (name.startsWith("*")) {
      return this.named(name.slice(1));
    }
    if (name === "[]byte") {
      return { kind: "scalar", go: "[]uint8", scalar: "bytes", bits: 0 };
    }
    if (name.startsWith("[]")) {
      return { kind: "list", go, element: this.named(name.slice(2)) };
    }
    const map = /^map\[[^\]]*\](.*)$/.exec(name)?.[1];
    if (map !== undefined) {
      return { kind: "map", go, value: this.named(map) };
    }
    const scalar = scalarTypes[name];
    if (scalar) {
      return { kind: "scalar", go, ...scalar };
    }
    return this.#resolveAlias(name, go);
  }

  #resolveAlias(name: string, go: string): ApiType {
    const alias = this.#structure.named[name];
    if (alias === undefined) {
      return { kind: "special", go, special: "any" };
    }
    const target = this.named(alias);
    return target instanceof StructType ? target : { ...target, go };
  }

  #fieldsOf(
    name: string,
    through: readonly string[],
    protoPath: readonly number[] | undefined,
  ): ReadonlyMap<string, ApiField> {
    const fields = new Map<string, ApiField>();
    for (const field of this.#structure.structs[name]?.fields ?? []) {
      const numbers = protoPath && field.proto !== undefined ? [...protoPath, field.proto] : undefined;
      if (field.json === "" && field.go === "") {
        const embedded = field.type.replace(/^\*/, "");
        const path = [...through, embedded.slice(embedded.lastIndexOf(".") + 1)];
        for (const [key, inner] of this.#fieldsOf(embedded, path, numbers)) {
          fields.set(key, inner);
        }
      } else {
        fields.set(field.json, {
          ...field,
          apiType: this.named(field.type),
          pointer: field.type.startsWith("*"),
          through,
          protoPath: numbers ?? [],
        });
      }
    }
    return fields;
  }
}
