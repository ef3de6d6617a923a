/** One field of a protobuf message: a number (wire type 0) or bytes (wire type 2). */
export interface WireField {
  readonly number: number;
  readonly value: bigint | Buffer;
}

/** Reads the fields of a message in order. Throws RangeError where the bytes are cut off or malformed. */
export function readMessage(message: Buffer): WireField[] {
  const fields: WireField[] = [];
  let offset = 0;
  const varint = (): bigint => {
    let result = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message.readUInt8(offset);
      offset += 1;
      result |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        return result;
      }
    }
    throw new RangeError("varint too long");
  };
  const bytes = (length: number): Buffer => {
    if (length < 0 || offset + length > message.length) {
      throw new RangeError("message is cut off");
    }
    offset += length;
    return message.subarray(offset - length, offset);
  };
  while (offset < message.length) {
    const tag = Number(varint());
    fields.push({ number: tag >> 3, value: readValue(tag & 7, varint, bytes) });
  }
  return fields;
}

function readValue(
  wireType: number,
  varint: () => bigint,
  bytes: (length: number) => Buffer,
): bigint | Buffer {
  switch (wireType) {
    case 0:
      return varint();
    case 1:
      return bytes(8);
    case 2:
      return bytes(Number(varint()));
    case 5:
      return bytes(4);
    default:
      throw new RangeError(`unknown wire type ${wireType}`);
  }
}

/** The fields of a message by number, in order. */
export function fieldsByNumber(message: Buffer): Map<number, (bigint | Buffer)[]> {
  const fields = new Map<number, (bigint | Buffer)[]>();
  for (const { number, value } of readMessage(message)) {
    fields.set(number, [...(fields.get(number) ?? []), value]);
  }
  return fields;
}

/** The bytes of a value; empty where it is a number. */
export function bytesOf(value: bigint | Buffer | undefined): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
}

/** A signed number; 0 where the value is none. */
export function integerOf(value: bigint | Buffer | undefined): number {
  return typeof value === "bigint" ? Number(BigInt.asIntN(64, value)) : 0;
}
