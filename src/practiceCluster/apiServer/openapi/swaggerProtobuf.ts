import type { Json, JsonObject } from "../../../common/kubernetes/objects.ts";
import { ProtobufWriter } from "./protobufWriter.ts";

/** Writes one value into a message, under a field's number. */
type Write = (writer: ProtobufWriter, value: Json) => void;

/** The fields of a message by their names in JSON. */
type Message = () => Readonly<Record<string, Write>>;

const text =
  (field: number): Write =>
  (writer, value) =>
    writer.text(field, String(value));

const texts =
  (field: number): Write =>
  (writer, value) => {
    for (const each of [value].flat()) {
      writer.text(field, String(each));
    }
  };

const flag =
  (field: number): Write =>
  (writer, value) =>
    writer.varint(field, value === true ? 1 : 0);

const integer =
  (field: number): Write =>
  (writer, value) =>
    writer.varint(field, Number(value));

const double =
  (field: number): Write =>
  (writer, value) =>
    writer.double(field, Number(value));

/** Anything, as YAML: JSON is YAML too. */
const any =
  (field: number): Write =>
  (writer, value) =>
    writer.message(field, (inner) => inner.text(2, JSON.stringify(value)));

const each =
  (write: Write): Write =>
  (writer, list) => {
    for (const item of list as Json[]) {
      write(writer, item);
    }
  };

const message =
  (field: number, fields: Message): Write =>
  (writer, value) =>
    writer.message(field, (inner) => writeFields(inner, fields, value as JsonObject));

const messages = (field: number, fields: Message): Write => each(message(field, fields));

/** A map, whose entries are messages of a name (1) and a value (2). */
const named =
  (field: number, value: Write): Write =>
  (writer, map) => {
    for (const [name, each] of Object.entries(map as JsonObject)) {
      writer.message(field, (entry) => {
        entry.text(1, name);
        value(entry, each);
      });
    }
  };

/** What is a message of its own around the value. */
const wrapped =
  (field: number, inner: Write): Write =>
  (writer, value) =>
    writer.message(field, (each) => inner(each, value));

function writeFields(writer: ProtobufWriter, fields: Message, value: JsonObject): void {
  const known = fields();
  const extensions = known[extensionsOf];
  for (const [key, child] of Object.entries(value)) {
    if (key.startsWith("x-") && extensions) {
      extensions(writer, { [key]: child });
    } else {
      known[key]?.(writer, child);
    }
  }
}

/** Where a message keeps what begins with "x-". */
const extensionsOf = "x-";

const schema: Message = () => ({
  $ref: text(1),
  format: text(2),
  title: text(3),
  description: text(4),
  default: any(5),
  maximum: double(7),
  minimum: double(9),
  maxLength: integer(11),
  minLength: integer(12),
  pattern: text(13),
  maxItems: integer(14),
  minItems: integer(15),
  uniqueItems: flag(16),
  maxProperties: integer(17),
  minProperties: integer(18),
  required: texts(19),
  enum: each(any(20)),
  additionalProperties: wrapped(21, (writer, value) =>
    typeof value === "boolean" ? flag(2)(writer, value) : message(1, schema)(writer, value),
  ),
  type: wrapped(22, texts(1)),
  items: wrapped(23, message(1, schema)),
  allOf: messages(24, schema),
  properties: wrapped(25, named(1, message(2, schema))),
  [extensionsOf]: named(31, any(2)),
});

const bodyParameter: Message = () => ({
  description: text(1),
  name: text(2),
  in: text(3),
  required: flag(4),
  schema: message(5, schema),
});

const queryParameter: Message = () => ({
  required: flag(1),
  in: text(2),
  description: text(3),
  name: text(4),
  type: text(6),
  uniqueItems: flag(20),
});

const pathParameter: Message = () => ({
  required: flag(1),
  in: text(2),
  description: text(3),
  name: text(4),
  type: text(5),
  uniqueItems: flag(18),
});

/** Parameters are messages in messages: body (1), or others (2), and of those query (3) and path (4). */
const parameters =
  (field: number): Write =>
  (writer, list) => {
    for (const each of list as JsonObject[]) {
      const own =
        each.in === "body"
          ? message(1, bodyParameter)
          : wrapped(2, each.in === "path" ? message(4, pathParameter) : message(3, queryParameter));
      wrapped(field, wrapped(1, own))(writer, each);
    }
  };

const response: Message = () => ({ description: text(1), schema: wrapped(2, message(1, schema)) });

const operation: Message = () => ({
  tags: texts(1),
  summary: text(2),
  description: text(3),
  operationId: text(5),
  produces: texts(6),
  consumes: texts(7),
  parameters: parameters(8),
  responses: wrapped(9, named(1, wrapped(2, message(1, response)))),
  schemes: texts(10),
  [extensionsOf]: named(13, any(2)),
});

const pathItem: Message = () => ({
  get: message(2, operation),
  put: message(3, operation),
  post: message(4, operation),
  delete: message(5, operation),
  options: message(6, operation),
  head: message(7, operation),
  patch: message(8, operation),
  parameters: parameters(9),
});

const document: Message = () => ({
  swagger: text(1),
  info: message(2, () => ({ title: text(1), version: text(2) })),
  paths: wrapped(8, named(2, message(2, pathItem))),
  definitions: wrapped(9, named(1, message(2, schema))),
});

/** An OpenAPI version 2 document in the binary form that kubectl asks for (gnostic's openapi.v2.Document). */
export function encodeSwagger(swagger: JsonObject): Buffer {
  const writer = new ProtobufWriter();
  writeFields(writer, document, swagger);
  return writer.bytes();
}
