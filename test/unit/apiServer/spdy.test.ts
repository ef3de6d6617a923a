import assert from "node:assert/strict";
import { once } from "node:events";
import type { Duplex } from "node:stream";
import {
  controlFrame,
  dataFrame,
  type Frame,
  FrameReader,
  finalFlag,
  frameType,
} from "../../../src/practiceCluster/apiServer/streaming/spdy/frames.ts";
import { HeaderBlocks } from "../../../src/practiceCluster/apiServer/streaming/spdy/headerBlocks.ts";
import {
  SpdyConnection,
  type SpdyStream,
} from "../../../src/practiceCluster/apiServer/streaming/spdy/spdyConnection.ts";
import { duplexPair } from "../../../src/practiceCluster/network/duplexPair.ts";

/** A client that opens streams and keeps the frames that come back. */
class Client {
  readonly frames: Frame[] = [];
  readonly #wire: Duplex;
  readonly #blocks = new HeaderBlocks();
  #number = -1;

  constructor(wire: Duplex) {
    this.#wire = wire;
    const reader = new FrameReader();
    wire.on("data", (bytes: Buffer) => this.frames.push(...reader.push(bytes)));
  }

  async open(headers: Record<string, string>): Promise<number> {
    this.#number += 2;
    const head = Buffer.alloc(10);
    head.writeUInt32BE(this.#number, 0);
    const block = await this.#blocks.encode(new Map(Object.entries(headers)));
    this.#wire.write(controlFrame(frameType.synStream, Buffer.concat([head, block])));
    return this.#number;
  }

  /** Byte by byte: frames come in any pieces. */
  trickle(bytes: Buffer): void {
    for (const byte of bytes) {
      this.#wire.write(Buffer.from([byte]));
    }
  }

  received(stream: number): Buffer {
    return Buffer.concat(
      this.frames.flatMap((frame) =>
        frame.kind === "data" && frame.stream === stream ? [frame.payload] : [],
      ),
    );
  }

  hasEnd(stream: number): boolean {
    return this.frames.some(
      (frame) => frame.kind === "data" && frame.stream === stream && (frame.flags & finalFlag) !== 0,
    );
  }
}

describe("SPDY", () => {
  let client: Client;
  let near: Duplex;
  let opened: SpdyStream[];

  beforeEach(() => {
    const [one, other] = duplexPair();
    near = one;
    opened = [];
    client = new Client(one);
    new SpdyConnection(other, (stream) => opened.push(stream));
  });

  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  it("reads the headers of one stream after the other, and replies to each", async () => {
    for (let port = 1; port <= 20; port++) {
      await client.open({ streamType: "data", port: String(port) });
    }
    await until(() => opened.length === 20);
    assert.deepEqual(
      opened.map(({ headers }) => headers.get("port")),
      Array.from({ length: 20 }, (_, index) => String(index + 1)),
    );
    const replies = client.frames.filter(
      (frame) => frame.kind === "control" && frame.type === frameType.synReply,
    );
    assert.equal(replies.length, 20);
  });

  it("carries bytes both ways, in whatever pieces they come, and half closes", async () => {
    const number = await client.open({ streamtype: "data" });
    await until(() => opened.length === 1);
    const [stream] = opened;
    assert.ok(stream);
    const received: Buffer[] = [];
    stream.on("data", (bytes: Buffer) => received.push(bytes));
    const sent = Buffer.concat([
      dataFrame(number, Buffer.from("hello ")),
      dataFrame(number, Buffer.from("world"), finalFlag),
    ]);
    client.trickle(sent);
    await once(stream, "end");
    assert.equal(Buffer.concat(received).toString(), "hello world");
    const large = Buffer.alloc(300_000, "x");
    stream.end(large);
    await until(() => client.hasEnd(number));
    assert.ok(client.received(number).equals(large));
    assert.ok(client.frames.every(({ payload }) => payload.length <= 32 * 1024));
  });

  it("answers pings, and ends its streams with the connection", async () => {
    await client.open({ streamtype: "data" });
    await until(() => opened.length === 1);
    near.write(controlFrame(frameType.ping, Buffer.from([0, 0, 0, 7])));
    await until(() =>
      client.frames.some((frame) => frame.kind === "control" && frame.type === frameType.ping),
    );
    const [stream] = opened;
    assert.ok(stream);
    near.destroy();
    await until(() => stream.destroyed);
  });

  it("drops a connection whose headers cannot be read", async () => {
    near.write(controlFrame(frameType.synStream, Buffer.alloc(30, 0xff)));
    await once(near, "end");
    assert.equal(opened.length, 0);
  });
});
