import assert from "node:assert/strict";
import { Writable } from "node:stream";
import type { LogOptions } from "../../../src/practiceCluster/api/nodeRuntime.ts";
import { ContainerLog } from "../../../src/practiceCluster/runtime/containerLog.ts";

const follow = { follow: true, previous: false, timestamps: false } as LogOptions;

/** A reader that takes one piece each time it is let. */
class Reader {
  text = "";
  #taken: (() => void) | undefined;
  readonly sink = new Writable({
    decodeStrings: false,
    highWaterMark: 100,
    write: (chunk: string, _encoding, done) => {
      this.text += chunk;
      this.#taken = done;
    },
  });

  /** Takes what waits until nothing does. */
  async takeAll(): Promise<void> {
    for (let take = this.#taken; take; take = this.#taken) {
      this.#taken = undefined;
      take();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

describe("a container's log", () => {
  const write = (log: ContainerLog) => {
    const stream = log.stream();
    return (text: string) => void stream.write(text);
  };

  it("keeps nothing for a slow reader, who gets the lines when he takes them and misses those that are cut off", async () => {
    const log = new ContainerLog(() => 0);
    const print = write(log);
    const reader = new Reader();
    print("before\n");
    const following = log.write(follow, reader.sink, new AbortController().signal);
    for (let line = 1; line <= 200; line++) {
      print(`line ${line}\n`);
    }
    assert.ok(reader.sink.writableLength < 300, `${reader.sink.writableLength} wait`);
    await reader.takeAll();
    assert.deepEqual(reader.text.trimEnd().split("\n"), [
      "before",
      ...Array.from({ length: 200 }, (_, index) => `line ${index + 1}`),
    ]);
    for (let line = 1; line <= 30_000; line++) {
      print(`more ${line}\n`);
    }
    log.end();
    await reader.takeAll();
    await following;
    const lines = reader.text.trimEnd().split("\n");
    assert.equal(lines.at(-1), "more 30000");
    assert.ok(lines.length < 12_000, `${lines.length} lines`);
    assert.equal(new Set(lines).size, lines.length, "none comes twice");
  });

  it("is bounded in bytes too, and so is a line without an end", () => {
    const log = new ContainerLog(() => 0);
    const print = write(log);
    for (let megabytes = 0; megabytes < 40; megabytes++) {
      print("x".repeat(1024 * 1024));
    }
    const kept = log.tail(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER).length;
    assert.ok(kept > 5 * 1024 * 1024 && kept < 12 * 1024 * 1024, `${kept}`);
  });

  it("stops following when the reader is gone", async () => {
    const log = new ContainerLog(() => 0);
    const print = write(log);
    const reader = new Reader();
    const gone = new AbortController();
    const following = log.write(follow, reader.sink, gone.signal);
    gone.abort();
    await following;
    print("late\n");
    await reader.takeAll();
    assert.equal(reader.text, "");
  });
});
