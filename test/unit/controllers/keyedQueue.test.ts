import assert from "node:assert/strict";
import type { Clock, Timer } from "../../../src/common/clock.ts";
import { DueTurn } from "../../../src/practiceCluster/controllers/kit/dueTurn.ts";
import { KeyedQueue } from "../../../src/practiceCluster/controllers/kit/keyedQueue.ts";

/** Time passes only by work that is done; timers run one in a turn, in the order of their times. */
class WorkClock implements Clock {
  readonly #timers: { readonly at: number; readonly callback: () => void }[] = [];
  #now = 0;

  now(): number {
    return this.#now;
  }

  after(delayMs: number, callback: () => void): Timer {
    const entry = { at: this.#now + delayMs, callback };
    this.#timers.push(entry);
    this.#timers.sort((one, other) => one.at - other.at);
    return { cancel: () => this.#timers.splice(this.#timers.indexOf(entry), 1) };
  }

  work(ms: number): void {
    this.#now += ms;
  }

  /** Runs one timer; returns how long it held the event loop, undefined when there is none. */
  turn(): number | undefined {
    const next = this.#timers.shift();
    if (!next) {
      return undefined;
    }
    this.#now = Math.max(this.#now, next.at);
    const startedAt = this.#now;
    next.callback();
    return this.#now - startedAt;
  }

  allTurns(): number[] {
    const lengths: number[] = [];
    for (let length = this.turn(); length !== undefined; length = this.turn()) {
      lengths.push(length);
    }
    return lengths;
  }
}

const keys = (count: number) => Array.from({ length: count }, (_, index) => `default/pod-${index}`);

describe("queues of keys", () => {
  let clock: WorkClock;

  beforeEach(() => {
    clock = new WorkClock();
  });

  it("give the event loop its turns, however many keys are due in however many queues", () => {
    const synced: string[] = [];
    const queues = Array.from({ length: 5 }, () => {
      return new KeyedQueue(clock, (key) => {
        clock.work(3);
        synced.push(key);
      });
    });
    for (const key of keys(1_000)) {
      for (const queue of queues) {
        queue.add(key);
      }
    }
    const turns = clock.allTurns();
    assert.equal(synced.length, 5_000);
    assert.ok(Math.max(...turns) < 15, `a turn took ${Math.max(...turns)} ms`);
    for (const queue of queues) {
      queue.dispose();
    }
  });

  it("let a queue with little to do pass one with much", () => {
    const order: string[] = [];
    const slow = (key: string) => {
      clock.work(5);
      order.push(key);
    };
    const much = new KeyedQueue(clock, slow);
    const little = new KeyedQueue(clock, slow);
    for (const key of keys(100)) {
      much.add(key);
    }
    little.add("default/one");
    clock.allTurns();
    assert.equal(order.length, 101);
    assert.ok(order.indexOf("default/one") < 5, `it came as number ${order.indexOf("default/one")}`);
  });

  it("keep nobody waiting for one that always has more to do", () => {
    const order: string[] = [];
    const busy: KeyedQueue = new KeyedQueue(clock, (key) => {
      clock.work(12);
      order.push(key);
      if (order.length < 50) {
        busy.addAfter(`${key}-again`, 0);
      }
    });
    const modest = new KeyedQueue(clock, (key) => {
      clock.work(1);
      order.push(key);
    });
    busy.add("busy");
    modest.add("modest");
    clock.allTurns();
    assert.ok(order.indexOf("modest") === 1, order.slice(0, 4).join());
    busy.dispose();
  });

  it("go on after a turn in which something threw", () => {
    const done: string[] = [];
    const failing = new DueTurn(clock, () => {
      throw new Error("a mistake");
    });
    const other = new DueTurn(clock, () => {
      done.push("other");
    });
    failing.ask();
    other.ask();
    other.ask();
    assert.throws(() => clock.turn(), /a mistake/);
    clock.allTurns();
    assert.deepEqual(done, ["other"]);
    other.ask();
    other.cancel();
    clock.allTurns();
    assert.deepEqual(done, ["other"]);
  });

  it("do a long sync in parts, not twice at a time, and again when the key was added meanwhile", () => {
    let begun = 0;
    let isRunning = false;
    const queue = new KeyedQueue(clock, function* () {
      assert.equal(isRunning, false);
      isRunning = true;
      begun += 1;
      for (let part = 0; part < 100; part += 1) {
        clock.work(1);
        yield;
      }
      isRunning = false;
    });
    queue.add("default/many");
    const first = clock.turn() ?? 0;
    assert.ok(first > 0 && first < 15, `a turn took ${first} ms`);
    queue.add("default/many");
    queue.add("default/many");
    const turns = clock.allTurns();
    assert.equal(begun, 2);
    assert.equal(isRunning, false);
    assert.ok(Math.max(...turns) < 15, `a turn took ${Math.max(...turns)} ms`);
  });

  it("let a key rest after a long sync, and sync it once for all that happened meanwhile", () => {
    const startedAt: number[] = [];
    const queue = new KeyedQueue(clock, () => {
      startedAt.push(clock.now());
      clock.work(30);
    });
    queue.add("default/many");
    clock.turn();
    for (let times = 0; times < 50; times += 1) {
      queue.add("default/many");
    }
    clock.allTurns();
    assert.deepEqual(startedAt, [0, 150]);
  });

  it("sync short ones again at once", () => {
    const startedAt: number[] = [];
    const queue = new KeyedQueue(clock, () => {
      startedAt.push(clock.now());
      clock.work(2);
    });
    queue.add("default/few");
    clock.turn();
    queue.add("default/few");
    clock.allTurns();
    assert.deepEqual(startedAt, [0, 2]);
  });

  it("leave a key alone for the time that was asked for, whatever else asks for it", () => {
    const startedAt: number[] = [];
    const queue = new KeyedQueue(clock, () => {
      startedAt.push(clock.now());
    });
    queue.add("default/freed");
    queue.addNotBefore("default/freed", 50);
    queue.add("default/freed");
    queue.addAfter("default/freed", 20);
    clock.allTurns();
    assert.deepEqual(startedAt, [50]);
  });

  it("try again what threw in the middle, later each time", () => {
    const startedAt: number[] = [];
    const queue = new KeyedQueue(clock, function* () {
      startedAt.push(clock.now());
      yield;
      if (startedAt.length < 4) {
        throw new Error("refused");
      }
    });
    queue.add("default/failing");
    clock.allTurns();
    assert.deepEqual(startedAt, [0, 5, 15, 35]);
  });

  it("do nothing more once they are disposed of, in the middle of a sync too", () => {
    let steps = 0;
    const queue = new KeyedQueue(clock, function* () {
      for (;;) {
        steps += 1;
        clock.work(1);
        yield;
      }
    });
    queue.add("default/endless");
    clock.turn();
    queue.dispose();
    const before = steps;
    queue.add("default/other");
    clock.allTurns();
    assert.ok(before > 0);
    assert.equal(steps, before);
  });
});
