import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { officialAddresses, releaseOf } from "../../../src/clusters/download/releases.ts";
import { ToolDownload, type ToolDownloadOptions } from "../../../src/clusters/download/toolDownload.ts";
import { UserError } from "../../../src/common/userError.ts";

const program = Buffer.from(`#!/bin/sh\necho ran > "$0.ran"\n${"#".repeat(200_000)}\n`);
const checksum = createHash("sha256").update(program).digest("hex");

describe("kubectl and kind, fetched on consent", () => {
  let folder: string;
  let server: Server | undefined;
  let asked: string[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "dojo-download-"));
    asked = [];
  });
  afterEach(async () => {
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
    server = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  async function download(answer: RequestListener, more: Partial<ToolDownloadOptions> = {}) {
    const made = createServer((request, response) => {
      asked.push(request.url ?? "");
      answer(request, response);
    });
    server = made;
    await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
    const addresses = { kubectl: `${address}/kubectl`, kind: `${address}/kind` };
    return new ToolDownload({ folder, addresses, ...more });
  }

  const publishes: RequestListener = ({ url }, response) => {
    if (url?.endsWith(".sha256")) {
      response.end(`${checksum}\n`);
    } else if (url?.endsWith(".sha256sum")) {
      response.end(`${checksum}  kind-linux-amd64\n`);
    } else {
      response.setHeader("content-length", program.length);
      response.end(program);
    }
  };

  for (const tool of ["kubectl", "kind"] as const) {
    it(`puts ${tool} in its place, complete and executable, and says how far it is`, async () => {
      const made = await download(publishes);
      const said: string[] = [];
      const path = await made.fetch(tool, { report: ({ en }) => said.push(en) });
      assert.deepEqual(await readFile(path), program);
      assert.equal((await stat(path)).mode & 0o777, 0o755);
      assert.equal((await readdir(folder)).length, 1, "and nothing beside it");
      assert.match(said.at(-1) ?? "", new RegExp(`^${tool} v[0-9.]+: 100%$`));
      assert.equal(asked.length, 2);
    });
  }

  /** Fetching fails with that code, the earlier kubectl is as it was, and nothing of the new one is left. */
  async function refuses(made: ToolDownload, code: string, signal?: AbortSignal): Promise<void> {
    await writeFile(join(folder, "kubectl"), "the earlier one");
    const told = await made.fetch("kubectl", { report: () => undefined }, signal).then(
      () => assert.fail("it should have been refused"),
      (error: unknown) => error,
    );
    assert.ok(told instanceof UserError, String(told));
    assert.equal(told.code, code);
    assert.match(told.text.ja, /[ぁ-ん]/);
    assert.deepEqual(await readdir(folder), ["kubectl"]);
    assert.equal(await readFile(join(folder, "kubectl"), "utf8"), "the earlier one");
  }

  const isChecksum = (url: string | undefined) => url?.includes(".sha256") ?? false;

  it("removes a program whose checksum is another, and never runs it", async () => {
    const wrong: RequestListener = (request, response) =>
      isChecksum(request.url) ? response.end("0".repeat(64)) : publishes(request, response);
    await refuses(await download(wrong), "download-wrong-checksum");
  });

  it("downloads nothing where no checksum is published", async () => {
    await refuses(
      await download((_, response) => response.end("<html>sign in first")),
      "download-no-checksum",
    );
    assert.equal(asked.length, 1);
  });

  it("says so when the connection is cut", async () => {
    const cut: RequestListener = (request, response) => {
      if (isChecksum(request.url)) {
        return publishes(request, response);
      }
      response.setHeader("content-length", program.length);
      response.write(program.subarray(0, 100_000), () => response.destroy());
    };
    await refuses(await download(cut), "download-cut-off");
  });

  it("says what the server answered when the release is not there", async () => {
    const missing: RequestListener = (request, response) =>
      isChecksum(request.url) ? publishes(request, response) : response.writeHead(404).end("not found");
    await refuses(await download(missing), "download-refused");
  });

  it("says so when nobody answers at the address", async () => {
    const made = await download(publishes);
    await new Promise((resolve) => server?.close(resolve));
    await refuses(made, "download-unreachable");
  });

  it("says so when the disk is full", async function () {
    if (process.platform !== "linux") {
      this.skip();
    }
    const openFile = () => createWriteStream("/dev/full");
    await refuses(await download(publishes, { openFile }), "download-not-written");
  });

  it("leaves nothing when it is cancelled half way", async () => {
    const cancelling = new AbortController();
    const half: RequestListener = (request, response) => {
      if (isChecksum(request.url)) {
        return publishes(request, response);
      }
      response.setHeader("content-length", program.length);
      response.write(program.subarray(0, 100_000), () => cancelling.abort());
    };
    await refuses(await download(half), "download-cancelled", cancelling.signal);
  });

  it("takes away what a killed editor left, and leaves alone what another one writes", async () => {
    const made = await download(publishes);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "kubectl.4194305.part"), "left");
    await writeFile(join(folder, `kubectl.${process.ppid}.part`), "being written");
    await made.fetch("kubectl", { report: () => undefined });
    assert.deepEqual((await readdir(folder)).sort(), ["kubectl", `kubectl.${process.ppid}.part`]);
  });

  it("names the official release of each platform, and none where there is none", () => {
    const address = (tool: "kubectl" | "kind", platform: string, arch: string) =>
      releaseOf(tool, officialAddresses, { platform, arch })?.address.replace(/v[0-9.]+[0-9]/, "VERSION");
    assert.equal(
      address("kubectl", "win32", "x64"),
      "https://dl.k8s.io/release/VERSION/bin/windows/amd64/kubectl.exe",
    );
    assert.equal(
      address("kubectl", "darwin", "arm64"),
      "https://dl.k8s.io/release/VERSION/bin/darwin/arm64/kubectl",
    );
    assert.equal(address("kind", "linux", "arm64"), "https://kind.sigs.k8s.io/dl/VERSION/kind-linux-arm64");
    assert.equal(address("kubectl", "sunos", "x64"), undefined);
    assert.equal(address("kind", "linux", "mips"), undefined);
  });
});
