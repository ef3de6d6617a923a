import type { Json, JsonObject } from "../../../common/kubernetes/objects.ts";
import { typeOfKind } from "../../../common/kubernetes/schema/index.ts";
import type { ApiType, SpecialName, StructType } from "../../../common/kubernetes/schema/types.ts";
import { ApiError } from "../../api/apiError.ts";
import { bytesOf, fieldsByNumber, integerOf } from "./protobufReader.ts";

/*
 * Reads bodies of application/vnd.kubernetes.protobuf, which kubectl's typed commands send
 * (`kubectl create namespace`): the prefix "k8s\0" and a runtime.Unknown with the object's bytes.
 */

type WireValue = bigint | Buffer;

const prefix = Buffer.from([0x6b, 0x38, 0x73, 0x00]);

function refuse(problem: string): ApiError {
  return new ApiError(400, "BadRequest", `the object provided is unrecognized: ${problem}`);
}

/** The object of a protobuf body as JSON. Throws ApiError 400 where the body is none or its kind is unknown. */
export function decodeProtobuf(body: Buffer): JsonObject {
  if (!body.subarray(0, prefix.length).equals(prefix)) {
    throw refuse("the bytes do not begin with the prefix of Kubernetes' protobuf");
  }
  try {
    return decodeUnknown(body.subarray(prefix.length));
  } catch (error) {
    throw error instanceof RangeError ? refuse(error.message) : error;
  }
}

function decodeUnknown(message: Buffer): JsonObject {
  const unknown = fieldsByNumber(message);
  const typeMeta = fieldsByNumber(bytesOf(unknown.get(1)?.[0]));
  const apiVersion = bytesOf(typeMeta.get(1)?.[0]).toString("utf8");
  const kind = bytesOf(typeMeta.get(2)?.[0]).toString("utf8");
  const [version = "", group = ""] = apiVersion.split("/").reverse();
  const type = typeOfKind(group, version, kind) ?? typeOfKind("", "v1", kind);
  if (!type) {
    throw refuse(`no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`);
  }
  return { apiVersion, kind, ...decodeStruct(type, bytesOf(unknown.get(2)?.[0])) };
}

function decodeStruct(type: StructType, message: Buffer): JsonObject {
  const messages = new Map<string, ReturnType<typeof fieldsByNumber>>([["", fieldsByNumber(message)]]);
  const result: JsonObject = {};
  for (const [name, field] of type.fields) {
    const number = field.protoPath.at(-1);
    const holder = number === undefined ? undefined : messageAt(messages, field.protoPath.slice(0, -1));
    const values = number === undefined ? undefined : holder?.get(number);
    if (values) {
      result[name] = decodeField(field.apiType, values);
    }
  }
  return result;
}

/** The message of an embedded struct, read once. */
function messageAt(
  messages: Map<string, ReturnType<typeof fieldsByNumber>>,
  path: readonly number[],
): ReturnType<typeof fieldsByNumber> | undefined {
  const key = path.join(".");
  const known = messages.get(key);
  if (known) {
    return known;
  }
  const holder = messageAt(messages, path.slice(0, -1));
  const fields = fieldsByNumber(bytesOf(holder?.get(path.at(-1) ?? 0)?.[0]));
  messages.set(key, fields);
  return fields;
}

function decodeField(type: ApiType, values: readonly WireValue[]): Json {
  if (type.kind === "list") {
    return values.map((value) => decodeValue(type.element, value));
  }
  if (type.kind === "map") {
    return decodeMap(type.value, values);
  }
  return decodeValue(type, values.at(-1));
}

function decodeMap(valueType: ApiType, entries: readonly WireValue[]): JsonObject {
  const result: JsonObject = {};
  for (const entry of entries) {
    const fields = fieldsByNumber(bytesOf(entry));
    const key = bytesOf(fields.get(1)?.[0]).toString("utf8");
    result[key] = decodeValue(valueType, fields.get(2)?.[0]);
  }
  return result;
}

function decodeValue(type: ApiType, value: WireValue | undefined): Json {
  switch (type.kind) {
    case "struct":
      return decodeStruct(type, bytesOf(value));
    case "scalar":
      return decodeScalar(type.scalar, value);
    case "special":
      return decodeSpecial(type.special, value);
    default:
      return null;
  }
}

function decodeScalar(scalar: string, value: WireValue | undefined): Json {
  switch (scalar) {
    case "string":
      return bytesOf(value).toString("utf8");
    case "bytes":
      return bytesOf(value).toString("base64");
    case "boolean":
      return integerOf(value) !== 0;
    case "number":
      return bytesOf(value).length === 8 ? bytesOf(value).readDoubleLE() : 0;
    default:
      return integerOf(value);
  }
}

function decodeSpecial(special: SpecialName, value: WireValue | undefined): Json {
  const fields = fieldsByNumber(bytesOf(value));
  switch (special) {
    case "quantity":
      return bytesOf(fields.get(1)?.[0]).toString("utf8") || "0";
    case "time":
    case "microTime":
      return decodeTime(fields, special === "microTime");
    case "intOrString": {
      const isText = integerOf(fields.get(1)?.[0]) === 1;
      return isText ? bytesOf(fields.get(3)?.[0]).toString("utf8") : integerOf(fields.get(2)?.[0]);
    }
    case "duration":
      return `${integerOf(fields.get(1)?.[0]) / 1e9}s`;
    default:
      return decodeRaw(bytesOf(fields.get(1)?.[0]));
  }
}

/** The zero time is Go's year 1, which JSON writes as null. */
function decodeTime(fields: ReadonlyMap<number, WireValue[]>, micro: boolean): Json {
  const seconds = integerOf(fields.get(1)?.[0]);
  if (seconds <= -62_135_596_800 || fields.size === 0) {
    return null;
  }
  const text = new Date(seconds * 1000).toISOString().slice(0, 19);
  const micros = Math.floor(integerOf(fields.get(2)?.[0]) / 1000);
  return micro ? `${text}.${String(micros).padStart(6, "0")}Z` : `${text}Z`;
}

function decodeRaw(raw: Buffer): Json {
  try {
    return JSON.parse(raw.toString("utf8"));
  } catch {
    return null;
  }
}
