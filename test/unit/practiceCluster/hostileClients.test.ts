import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import { ManualClock } from "../../../src/common/manualClock.ts";
import { configMaps } from "../../../src/practiceCluster/api/resources.ts";
import { type ServedCluster, startServedCluster } from "../apiServer/support/serving.ts";
import { RawConnection } from "./support/rawConnection.ts";

const collection = "/api/v1/namespaces/default/configmaps";
const json = { "content-type": "application/json" };
const megabyte = 1024 * 1024;

describe("a client of the API server that behaves badly", () => {
  let served: ServedCluster;
  let clock: ManualClock;
  const opened: RawConnection[] = [];

  beforeEach(async () => {
    clock = new ManualClock();
    served = await startServedCluster(clock);
  });
  afterEach(async () => {
    // whatever was done to it, others are answered
    assert.equal((await served.send("/readyz")).text, "ok");
    for (const connection of opened.splice(0)) {
      connection.destroy();
    }
    await served.stop();
  });

  const open = async () => {
    const connection = await RawConnection.open(served);
    opened.push(connection);
    return connection;
  };
  const openReading = async () => (await open()).read();
  const session = (): ClientHttp2Session =>
    connectHttp2(`https://127.0.0.1:${served.port}`, {
      ca: served.authority,
      cert: served.administrator.certificate,
      key: served.administrator.key,
    });
  const write = (name: string, text: string) =>
    served.cluster.clientFor("writer").create(configMaps, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace: "default" },
      data: { text },
    });

  it("is told 413 for a body over 3 MiB, while it still sends, and is cut off soon after", async () => {
    const sizes = [{ "content-length": 100 * megabyte }, { "transfer-encoding": "chunked" }];
    for (const size of sizes) {
      const connection = await openReading();
      connection.request("POST", collection, { ...json, ...size });
      const part = "content-length" in size ? "x".repeat(megabyte) : `100000\r\n${"x".repeat(megabyte)}\r\n`;
      for (let sent = 0; sent < 4; sent++) {
        connection.socket.write(part);
      }
      const answer = await connection.until(/"code":413/);
      assert.match(
        answer,
        /^HTTP\/1\.1 413 .*"Request entity too large: limit is 3145728","reason":"RequestEntityTooLarge"/s,
      );
      await clock.advance(1_000);
      await connection.closed();
    }
  });

  it("is told 413 by HTTP/2 too, and its other requests on the connection are answered", async () => {
    const connection = session();
    const stream = connection.request({ ":path": collection, ":method": "POST", ...json });
    stream.on("error", () => undefined);
    stream.write(Buffer.alloc(4 * megabyte, "x"));
    const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
    assert.equal(headers[":status"], 413);
    stream.resume();
    const closed = once(stream, "close");
    await clock.advance(1_000);
    await closed;
    const other = connection.request({ ":path": "/version" });
    const [others] = (await once(other, "response")) as [Record<string, unknown>];
    assert.equal(others[":status"], 200);
    connection.destroy();
  });

  it("is told 504 when its body does not come within a minute", async () => {
    const connection = await openReading();
    connection.request("POST", collection, { ...json, "content-length": 100 }, '{"apiVersion":');
    await served.send("/readyz");
    await clock.advance(59_000);
    connection.socket.write('"v1",');
    assert.ok(!connection.isClosed);
    await clock.advance(1_000);
    await connection.until(
      /^HTTP\/1\.1 504 .*"Timeout: request did not complete within the allotted timeout","reason":"Timeout"/s,
    );
    await clock.advance(1_000);
    await connection.closed();
  });

  it("is not waited for when it closes its side in the middle of a body, or goes away", async () => {
    for (const leave of ["end", "destroy"] as const) {
      const connection = await openReading();
      connection.request("POST", collection, { ...json, "content-length": 100 }, '{"apiVersion":');
      connection.socket[leave]();
      await connection.closed();
    }
    const { text } = await served.send(collection);
    assert.ok(!text.includes('"items":[{"metadata":{"name":""'), text);
  });

  it("ends its watch by closing its side", async () => {
    write("there", "");
    const connection = await openReading();
    connection.request("GET", `${collection}?watch=1`);
    await connection.until(/"name":"there"/);
    connection.socket.end();
    await connection.closed();
  });

  it("may send headers up to a megabyte, and is told 431 beyond, 400 for what is no HTTP", async () => {
    const long = await openReading();
    long.request("GET", "/version", { "x-filling": "x".repeat(900_000), connection: "close" });
    assert.match(await long.closed(), /^HTTP\/1\.1 200 /);
    const longer = await openReading();
    longer.request("GET", "/version", { "x-filling": "x".repeat(1_100_000) });
    assert.match(await longer.closed(), /^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
    for (const nonsense of ["\0\x01\x02\r\n\r\n", "GET /version HTTP/9.9\r\n\r\n", "\r\nGET\r\n\r\n"]) {
      const connection = await openReading();
      connection.socket.write(nonsense);
      assert.match(await connection.closed(), /^HTTP\/1\.1 400 Bad Request\r\n/, nonsense);
    }
  });

  it("is told what is wrong with a body: 400 where it is torn or nested too deep, 415 for a type that is none", async () => {
    const whole = JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } });
    const bomb = ["a: &a [1,1,1,1,1,1,1,1,1]"];
    for (const [index, name] of [..."bcdefghij"].entries()) {
      bomb.push(`${name}: &${name} [${`*${"abcdefghi"[index]},`.repeat(9)}]`);
    }
    const cases: [number, RegExp, string, string | Buffer][] = [
      [400, /unexpected end of JSON input/, "application/json", whole.slice(0, -1)],
      [400, /unexpected end of JSON input/, "application/json", ""],
      [400, /exceeded max depth/, "application/json", "[".repeat(megabyte)],
      [400, /exceeded max depth/, "application/json", '{"a":'.repeat(300_000)],
      [400, /error decoding YAML/, "application/yaml", `{${whole}`],
      [400, /error decoding YAML/, "application/yaml", "[".repeat(10_000)],
      [400, /error decoding YAML/, "application/yaml", bomb.join("\n")],
      [400, /error decoding YAML/, "application/yaml", "a: *nobody"],
      [400, /unrecognized/, "application/vnd.kubernetes.protobuf", "k8s"],
      [400, /unrecognized/, "application/vnd.kubernetes.protobuf", Buffer.from("6b38730a0ac80101", "hex")],
      [
        415,
        /unknown format - accepted media types include: application\/json, application\/yaml/,
        "text/plain",
        whole,
      ],
      [415, /unknown format/, "application/xml", whole],
      [415, /unknown format/, "application/x-www-form-urlencoded", whole],
      [201, /"name":"a"/, "Application/JSON; charset=utf-8", whole],
    ];
    for (const [code, message, type, body] of cases) {
      const connection = await openReading();
      const headers = {
        "content-type": type,
        "content-length": Buffer.byteLength(body),
        connection: "close",
      };
      connection.request("POST", collection, headers).socket.write(body);
      const answer = await connection.closed();
      const told = `${type} ${String(body).slice(0, 40)}: ${answer.slice(0, 600)}`;
      assert.match(answer, new RegExp(`^HTTP/1\\.1 ${code} `), told);
      assert.match(answer, message, told);
    }
    const patch = await served.send(`${collection}/a`, { method: "PATCH", type: "text/plain", body: {} });
    assert.equal(patch.code, 415);
    const { code, text } = await served.send(collection, { accept: "text/html" });
    assert.equal(code, 406, text);
  });

  it("is left when it does not read its watch, and what waits for it is forgotten", async () => {
    const stuck = await open();
    stuck.request("GET", `${collection}?watch=1`);
    const late = await open();
    late.request("GET", `${collection}?watch=1`);
    await served.send("/readyz");
    for (let index = 0; index < 24; index++) {
      write(`big-${index}`, "x".repeat(900_000));
    }
    await clock.advance(5_000);
    late.read();
    await late.until(/big-23/);
    await clock.advance(16_000);
    const seen = await stuck.read().closed();
    assert.ok(!seen.includes("big-23"), "it was cut off before the end");
    write("news", "");
    await late.until(/"name":"news"/);
    assert.ok(!late.isClosed, "who reads late is not left");
  });

  it("is left at once when too much waits for it", async () => {
    const stuck = await open();
    stuck.request("GET", `${collection}?watch=1`);
    await served.send("/readyz");
    for (let index = 0; index < 90; index++) {
      write(`big-${index}`, "x".repeat(900_000));
    }
    await served.send("/readyz");
    assert.ok(!(await stuck.read().closed()).includes("big-89"));
  });

  it("is left when it does not read its watch by HTTP/2", async () => {
    const connection = session();
    const stream = connection.request({ ":path": `${collection}?watch=1` });
    await once(stream, "response");
    for (let index = 0; index < 4; index++) {
      write(`big-${index}`, "x".repeat(900_000));
    }
    // the window of a stream nobody reads from is full after 64 kB
    await served.send("/readyz");
    await clock.advance(21_000);
    let length = 0;
    stream.on("data", (chunk: Buffer) => {
      length += chunk.length;
    });
    await once(stream, "close");
    assert.ok(length < megabyte, `${length} bytes came`);
    assert.ok(!connection.closed && !connection.destroyed);
    connection.destroy();
  });
});
