/** A frame of SPDY/3.1, cut out of the bytes but not understood yet. */
export type Frame =
  | { readonly kind: "data"; readonly stream: number; readonly flags: number; readonly payload: Buffer }
  | { readonly kind: "control"; readonly type: number; readonly flags: number; readonly payload: Buffer };

/** Types of control frames. */
export const frameType = { synStream: 1, synReply: 2, reset: 3, ping: 6, goAway: 7, headers: 8 } as const;
/** The flag of the last frame that a side sends on a stream. */
export const finalFlag = 1;

const headLength = 8;
const version = 3;

/** Cuts bytes into frames. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** The frames that are complete with these bytes. */
  push(bytes: Buffer): Frame[] {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const frames: Frame[] = [];
    while (this.#rest.length >= headLength) {
      const length = headLength + this.#rest.readUIntBE(5, 3);
      if (this.#rest.length < length) {
        break;
      }
      frames.push(frameOf(this.#rest.subarray(0, length)));
      this.#rest = this.#rest.subarray(length);
    }
    return frames;
  }
}

function frameOf(bytes: Buffer): Frame {
  const first = bytes.readUInt32BE(0);
  const flags = bytes.readUInt8(4);
  const payload = bytes.subarray(headLength);
  return first >>> 31 === 1
    ? { kind: "control", type: first & 0xffff, flags, payload }
    : { kind: "data", stream: first, flags, payload };
}

/** A frame of a stream's own bytes. */
export function dataFrame(stream: number, payload: Buffer, flags = 0): Buffer {
  return frame(stream, flags, payload);
}

/** A control frame; its payload begins with a stream's number in all that this server sends. */
export function controlFrame(type: number, payload: Buffer, flags = 0): Buffer {
  return frame((0x8000_0000 | (version << 16) | type) >>> 0, flags, payload);
}

function frame(first: number, flags: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(headLength);
  head.writeUInt32BE(first, 0);
  head.writeUInt8(flags, 4);
  head.writeUIntBE(payload.length, 5, 3);
  return Buffer.concat([head, payload]);
}
