import assert from "node:assert/strict";
import { ManualClock } from "../../../src/common/manualClock.ts";
import { events } from "../../../src/practiceCluster/api/resources.ts";
import { createPracticeCluster } from "../../../src/practiceCluster/cluster.ts";

const hourMs = 60 * 60_000;

describe("Events", () => {
  it("are forgotten an hour after they were told for the last time", async () => {
    const clock = new ManualClock();
    const cluster = createPracticeCluster({ clock });
    const client = cluster.clientFor("teller");
    const tell = (name: string) => {
      const time = new Date(clock.now()).toISOString();
      const known = client.find(events, { namespace: "default", name });
      const event = {
        apiVersion: "v1" as const,
        kind: "Event" as const,
        metadata: { name, namespace: "default" },
        involvedObject: { kind: "Pod", namespace: "default", name: "web-0" },
        lastTimestamp: `${time.slice(0, 19)}Z`,
      };
      if (known) {
        client.update(events, { ...known, lastTimestamp: event.lastTimestamp });
      } else {
        client.create(events, event);
      }
    };
    const names = () => client.list(events, { namespace: "default" }).map(({ metadata }) => metadata?.name);
    tell("once");
    tell("twice");
    await clock.advance(hourMs / 2);
    tell("twice");
    assert.deepEqual(names(), ["once", "twice"]);
    await clock.advance(hourMs / 2 + 60_000);
    assert.deepEqual(names(), ["twice"]);
    await clock.advance(hourMs / 2);
    assert.deepEqual(names(), []);
    cluster.dispose();
  });
});
