import assert from "node:assert/strict";
import { SentLog, sentLine } from "../../../src/common/sentLog.ts";
import { createKubectl } from "../../../src/kubectl/createKubectl.ts";

describe("the log of what was sent", () => {
  it("keeps verb, object, asker, result and duration, a line each in either language", () => {
    let now = Date.UTC(2026, 0, 1, 1, 2, 3, 4);
    const log = new SentLog(() => now);
    const end = log.begin("check ready", "kubectl get pods\n-n lab");
    assert.deepEqual(log.entries, [], "what is under way has no result yet");
    now += 35;
    end("exit code 0");
    const lines = (["en", "ja"] as const).map((language) =>
      log.entries.map((each) => sentLine(each, language)),
    );
    assert.deepEqual(lines, [
      ["01:02:03.004 [check ready] kubectl get pods -n lab → exit code 0 (35 ms)"],
      ["01:02:03.004 [確認 ready] kubectl get pods -n lab → exit code 0 (35 ms)"],
    ]);
  });

  it("forgets the oldest first and goes on telling", () => {
    const log = new SentLog();
    const told: string[] = [];
    const listening = log.onAdded(({ what }) => told.push(what));
    for (let index = 0; index < 2_500; index++) {
      log.begin("watch", `GET /${index}`)("ok");
    }
    assert.equal(log.entries.length, 2_000);
    assert.equal(log.entries[0]?.what, "GET /500");
    listening.dispose();
    log.begin("watch", "GET /last")("ok");
    assert.equal(told.length, 2_500);
  });

  it("has runs of kubectl that were refused too, and never a Secret's value", async () => {
    const sent = new SentLog();
    const kubectl = createKubectl({
      lookup: async () => ({
        state: "found",
        path: "/nowhere/kubectl",
        version: { major: 1, minor: 36, gitVersion: "v1.36.3" },
      }),
      kubeconfigPath: "/lesson/kubeconfig",
      homeFolder: "/lesson/home",
      searchPath: "",
      refuse: async () => "another cluster answers",
      sent,
    });
    await kubectl.run(["create", "secret", "generic", "db", "--from-literal=password=hunter-two"], {
      askedBy: "lens",
    });
    await kubectl.run(["get", "pods", "--context=production"]);
    assert.deepEqual(
      sent.entries.map(({ askedBy, what, result }) => [askedBy, what, result]),
      [
        [
          "lens",
          "kubectl create secret generic db --from-literal=password=•••",
          "refused: another cluster answers",
        ],
        [
          "other",
          "kubectl get pods --context=production",
          "refused: --context=production would send kubectl to another cluster or user",
        ],
      ],
    );
  });
});
