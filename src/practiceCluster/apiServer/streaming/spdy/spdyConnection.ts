import { Duplex } from "node:stream";
import { controlFrame, dataFrame, type Frame, FrameReader, finalFlag, frameType } from "./frames.ts";
import { HeaderBlocks } from "./headerBlocks.ts";

const largestPayload = 32 * 1024;
const cancelled = 5;

/** One stream of a connection, with the headers that its opener sent. */
export class SpdyStream extends Duplex {
  readonly number: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly #send: (frame: Buffer, sent?: () => void) => void;

  constructor(
    number: number,
    headers: ReadonlyMap<string, string>,
    send: (frame: Buffer, sent?: () => void) => void,
  ) {
    super({ allowHalfOpen: true });
    this.number = number;
    this.headers = headers;
    this.#send = send;
  }

  /** Tells the other side that the stream is broken. */
  reset(): void {
    const payload = Buffer.alloc(8);
    payload.writeUInt32BE(this.number, 0);
    payload.writeUInt32BE(cancelled, 4);
    this.#send(controlFrame(frameType.reset, payload));
    this.destroy();
  }

  override _read(): void {
    // the other side keeps to no window: what comes is pushed as it comes
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const frames: Buffer[] = [];
    for (let offset = 0; offset < chunk.length; offset += largestPayload) {
      frames.push(dataFrame(this.number, chunk.subarray(offset, offset + largestPayload)));
    }
    this.#send(Buffer.concat(frames), done);
  }

  override _final(done: () => void): void {
    this.#send(dataFrame(this.number, Buffer.alloc(0), finalFlag), done);
  }
}

/**
 * The server's side of SPDY/3.1 as Kubernetes' clients speak it (moby/spdystream): streams that the client opens,
 * without flow control.
 */
export class SpdyConnection {
  readonly #transport: Duplex;
  readonly #onStream: (stream: SpdyStream) => void;
  readonly #blocks = new HeaderBlocks();
  readonly #streams = new Map<number, SpdyStream>();
  #turn: Promise<void> = Promise.resolve();

  /** `transport` carries the bytes; `onStream` is called for each stream that the client opens. */
  constructor(transport: Duplex, onStream: (stream: SpdyStream) => void) {
    this.#transport = transport;
    this.#onStream = onStream;
    const reader = new FrameReader();
    transport.on("data", (bytes: Buffer) => {
      for (const frame of reader.push(bytes)) {
        this.#turn = this.#turn.then(() => this.#handle(frame)).catch(() => this.close());
      }
    });
    transport.on("error", () => transport.destroy());
    transport.on("end", () => transport.end());
    transport.on("close", () => this.#ended());
  }

  /** Calls back when the connection is over. */
  onClose(listener: () => void): void {
    this.#transport.on("close", listener);
  }

  /** Ends the connection when all that was written is on its way. */
  close(): void {
    this.#transport.end();
  }

  #ended(): void {
    for (const stream of this.#streams.values()) {
      stream.destroy();
    }
    this.#blocks.close();
  }

  #send(frame: Buffer, sent?: () => void): void {
    if (this.#transport.writable) {
      this.#transport.write(frame, () => sent?.());
    } else {
      sent?.();
    }
  }

  async #handle(frame: Frame): Promise<void> {
    if (frame.kind === "data") {
      this.#receive(frame.stream, frame.payload, frame.flags);
    } else if (frame.type === frameType.synStream) {
      await this.#open(frame.payload, frame.flags);
    } else if (frame.type === frameType.headers) {
      // not used, but the compression goes on with it
      await this.#blocks.decode(frame.payload.subarray(4));
    } else if (frame.type === frameType.reset) {
      this.#streams.get(frame.payload.readUInt32BE(0))?.destroy();
    } else if (frame.type === frameType.ping) {
      this.#send(controlFrame(frameType.ping, frame.payload));
    } else if (frame.type === frameType.goAway) {
      this.close();
    }
  }

  async #open(payload: Buffer, flags: number): Promise<void> {
    const number = payload.readUInt32BE(0) & 0x7fff_ffff;
    const headers = await this.#blocks.decode(payload.subarray(10));
    const stream = new SpdyStream(number, headers, (frame, sent) => this.#send(frame, sent));
    // a client that goes away breaks streams that are being written
    stream.on("error", () => stream.destroy());
    stream.on("close", () => this.#streams.delete(number));
    this.#streams.set(number, stream);
    const reply = Buffer.alloc(4);
    reply.writeUInt32BE(number);
    const block = await this.#blocks.encode(new Map());
    this.#send(controlFrame(frameType.synReply, Buffer.concat([reply, block])));
    this.#onStream(stream);
    this.#receive(number, Buffer.alloc(0), flags);
  }

  #receive(number: number, payload: Buffer, flags: number): void {
    const stream = this.#streams.get(number);
    if (stream && payload.length > 0) {
      stream.push(payload);
    }
    if (stream && (flags & finalFlag) !== 0) {
      stream.push(null);
    }
  }
}
