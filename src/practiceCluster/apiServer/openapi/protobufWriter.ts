/** Writes fields of protobuf messages. */
export class ProtobufWriter {
  readonly #chunks: Buffer[] = [];

  varint(field: number, value: number): void {
    this.#chunks.push(varintBytes(field * 8), varintBytes(value));
  }

  double(field: number, value: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    this.#chunks.push(varintBytes(field * 8 + 1), bytes);
  }

  text(field: number, value: string): void {
    this.#lengthDelimited(field, Buffer.from(value, "utf8"));
  }

  message(field: number, write: (inner: ProtobufWriter) => void): void {
    const inner = new ProtobufWriter();
    write(inner);
    this.#lengthDelimited(field, inner.bytes());
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  #lengthDelimited(field: number, bytes: Buffer): void {
    this.#chunks.push(varintBytes(field * 8 + 2), varintBytes(bytes.length), bytes);
  }
}

/** Whole numbers from 0, as this server writes them. */
function varintBytes(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
}
