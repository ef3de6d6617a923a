import { constants, createDeflate, createInflate, type Deflate, type Inflate } from "node:zlib";
import dictionaries from "spdy-transport/lib/spdy-transport/protocol/spdy/dictionary.js";

const dictionary = dictionaries[3] ?? Buffer.alloc(0);

/** Header blocks of one SPDY/3.1 connection: each direction is one compressed stream, so blocks go in order. */
export class HeaderBlocks {
  readonly #inflate = createInflate({ dictionary });
  readonly #deflate = createDeflate({ dictionary });

  /** The headers of a block, by lower-case names. Throws what zlib refuses. */
  async decode(block: Buffer): Promise<Map<string, string>> {
    const bytes = await through(this.#inflate, block);
    const headers = new Map<string, string>();
    let offset = 4;
    const text = () => {
      const length = bytes.readUInt32BE(offset);
      offset += 4 + length;
      return bytes.toString("utf8", offset - length, offset);
    };
    for (let left = bytes.readUInt32BE(0); left > 0; left--) {
      const name = text().toLowerCase();
      headers.set(name, text());
    }
    return headers;
  }

  /** A block of such headers. */
  encode(headers: ReadonlyMap<string, string>): Promise<Buffer> {
    const number = (value: number) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    };
    const texts = [...headers].flat().map((text) => Buffer.from(text));
    const parts = texts.flatMap((text) => [number(text.length), text]);
    return through(this.#deflate, Buffer.concat([number(headers.size), ...parts]));
  }

  close(): void {
    this.#inflate.close();
    this.#deflate.close();
  }
}

/** What comes out of a compressing stream for what went in. */
function through(stream: Inflate | Deflate, block: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    stream.once("error", reject);
    stream.write(block);
    stream.flush(constants.Z_SYNC_FLUSH, () => {
      stream.off("error", reject);
      const parts: Buffer[] = [];
      for (let part = stream.read() as Buffer | null; part !== null; part = stream.read() as Buffer | null) {
        parts.push(part);
      }
      resolve(Buffer.concat(parts));
    });
  });
}
