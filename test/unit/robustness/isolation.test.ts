import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { volumeFolder } from "../../../src/practiceCluster/volumes/volumeController.ts";
import { type PracticeProcess, startPracticeProcess } from "./support/practiceProcess.ts";

const pods = "/api/v1/namespaces/default/pods";
const claims = "/api/v1/namespaces/default/persistentvolumeclaims";

describe("what a container can reach", () => {
  let practice: PracticeProcess;
  let learnersFile: string;

  before(async () => {
    practice = await startPracticeProcess();
    learnersFile = join(dirname(practice.data), "learners-secret");
    await writeFile(learnersFile, "the learner's own");
  });
  after(() => practice.remove());

  const post = async (path: string, body: object) => {
    const answer = await practice.send({
      method: "POST",
      path,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    assert.equal(answer.code, 201, answer.text);
  };

  /** Runs a script as a Pod of its own to its end and returns what it printed. */
  async function run(name: string, script: string, volume: object = { emptyDir: {} }): Promise<string> {
    const container = {
      name: "main",
      image: "busybox:1.37",
      command: ["sh", "-c", script],
      volumeMounts: [{ name: "data", mountPath: "/data" }],
    };
    const spec = {
      restartPolicy: "Never",
      terminationGracePeriodSeconds: 0,
      containers: [container],
      volumes: [{ name: "data", ...volume }],
    };
    await post(pods, { apiVersion: "v1", kind: "Pod", metadata: { name }, spec });
    await reaches(name, /"phase":"(Succeeded|Failed)"/);
    return (await practice.send({ path: `${pods}/${name}/log` })).text;
  }

  async function reaches(name: string, wanted: RegExp): Promise<void> {
    const query = `watch=true&fieldSelector=metadata.name%3D${name}&timeoutSeconds=15`;
    for (;;) {
      const { text } = await practice.send({ path: `${pods}/${name}` });
      if (wanted.test(text)) {
        return;
      }
      const version = JSON.parse(text).metadata.resourceVersion;
      await practice.firstLine(`${pods}?${query}&resourceVersion=${version}`);
    }
  }

  async function claim(name: string): Promise<object> {
    await post(claims, {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } },
    });
    return { persistentVolumeClaim: { claimName: name } };
  }

  it("is none of the learner's files, by path, by .., by link, by /proc", async () => {
    const steps = [
      `cat '${learnersFile}'`,
      `cat '/data/../../../../../../../..${learnersFile}'`,
      `ln -s '${learnersFile}' /data/link; cat /data/link; cp /data/link /data/copy; cat /data/copy`,
      `ln -s '${dirname(learnersFile)}' /data/folder; cat /data/folder/learners-secret; ls /data/folder/`,
      `cat /proc/self/root'${learnersFile}'; cat /proc/1/root'${learnersFile}'; cat /proc/self/environ`,
      `cd /data/folder && cat learners-secret; ls`,
      `ln -s ../../../../../../../../../..${learnersFile} /data/up; cat /data/up`,
      `find / -name learners-secret`,
      `echo overwritten > '${learnersFile}'; echo overwritten > /data/link; rm -rf /data/folder/*`,
      "echo done",
    ];
    for (const [index, volume] of [{ emptyDir: {} }, await claim("links")].entries()) {
      const output = await run(`files-${index}`, steps.join("\n"), volume);
      assert.match(output, /done\n$/);
      assert.ok(!output.includes("the learner's own"), output);
      assert.ok(!output.includes("kubeconfig"), output);
    }
    assert.equal(await readFile(learnersFile, "utf8"), "the learner's own");
  });

  it("is no folder of the machine, whatever path a volume names", () => {
    const paths = [
      "/",
      "",
      "/etc",
      "/mnt/etc",
      "..",
      "/a/..",
      practice.data,
      "/var/local-path-provisioner/../x",
    ];
    const folders = paths.map((path) =>
      volumeFolder("/state/volumes", {
        apiVersion: "v1",
        kind: "PersistentVolume",
        spec: { hostPath: { path } },
      }),
    );
    assert.deepEqual(
      folders.filter((folder) => dirname(folder) !== "/state/volumes"),
      [],
    );
    assert.equal(new Set(folders).size, paths.length, "and no two paths are the same volume");
  });

  it("is no server of the machine", async () => {
    let reachedBy = 0;
    const server = createServer((socket) => {
      reachedBy += 1;
      socket.end("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret");
    });
    await new Promise<void>((resolve) => server.listen(0, resolve));
    const { port } = server.address() as AddressInfo;
    const hosts = ["127.0.0.1", "localhost", "0.0.0.0", "[::1]", "host.docker.internal", "10.0.2.2"];
    const tries = hosts.flatMap((host) => [
      `wget -T 2 -q -O - http://${host}:${port}/`,
      `echo | nc -w 2 ${host.replace(/[[\]]/g, "")} ${port}`,
    ]);
    const output = await run("network", `${tries.join("\n")}\necho done`);
    server.close();
    assert.match(output, /done\n$/);
    assert.ok(!output.includes("secret"), output);
    assert.equal(reachedBy, 0);
  });

  it("is not the API's turn: a runaway loop stops nothing", async () => {
    const loops = [
      "while true; do :; done",
      "while :; do echo x > /data/f; done",
      "f() { f; }; while :; do f; done",
    ];
    for (const [index, script] of loops.entries()) {
      const container = {
        name: "main",
        image: "busybox:1.37",
        command: ["sh", "-c", script],
        volumeMounts: [{ name: "data", mountPath: "/data" }],
      };
      const spec = {
        containers: [container],
        terminationGracePeriodSeconds: 0,
        volumes: [{ name: "data", emptyDir: {} }],
      };
      await post(pods, { apiVersion: "v1", kind: "Pod", metadata: { name: `runaway-${index}` }, spec });
    }
    for (const index of loops.keys()) {
      await reaches(`runaway-${index}`, /"phase":"Running"/);
    }
    const times: number[] = [];
    for (let index = 0; index < 60; index++) {
      const startedAt = performance.now();
      assert.equal((await practice.send({ path: pods })).code, 200);
      times.push(performance.now() - startedAt);
    }
    const [median = 0] = times.sort((a, b) => a - b).slice(30);
    assert.ok(median < 500, `${median} ms for a list`);
    for (const index of loops.keys()) {
      const path = `${pods}/runaway-${index}?gracePeriodSeconds=0`;
      assert.equal((await practice.send({ method: "DELETE", path })).code, 200);
    }
  });
});
