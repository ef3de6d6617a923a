import type { Duplex } from "node:stream";
import { delay } from "../../../common/clock.ts";
import { codeOf, reasonOf } from "../kit/errors.ts";
import { readChunk } from "../kit/input.ts";
import { write } from "../kit/output.ts";
import { type Tool, ToolFailure, tool, UsageFailure } from "./tool.ts";

const isAddress = (text: string) => /^\d+(?:\.\d+){3}$/.test(text);

/** The DNS server of resolv.conf. */
function nameServer({ context }: Tool): string {
  const file = "/etc/resolv.conf";
  const text = context.files.exists(file) ? context.files.read(file).toString() : "";
  return /^nameserver\s+(\S+)/m.exec(text)?.[1] ?? "10.96.0.10";
}

/**
 * busybox's nslookup: one query for A and one for AAAA, of the name as given. The search list is used only for names
 * without a dot.
 */
export const nslookup = tool({ short: "+", long: {} }, async (run) => {
  const words = run.operands.filter((word) => !word.startsWith("-"));
  const types = run.operands
    .filter((word) => /^-(?:query|type|q)=/i.test(word))
    .map((word) => word.split("=")[1]?.toUpperCase() ?? "A");
  const [name, server = nameServer(run)] = words;
  if (name === undefined) {
    throw new UsageFailure("missing operand");
  }
  await run.out(`Server:\t\t${server}\nAddress:\t${server}:53\n\n`);
  const wanted = types.length > 0 ? types : isAddress(name) ? ["PTR"] : ["A", "AAAA"];
  let failures = 0;
  for (const type of wanted) {
    const { text, isFound } = await answer(run, name, type);
    failures += Number(!isFound);
    await run.out(text);
  }
  return Number(failures > 0);
});

type QueryType = "A" | "AAAA" | "SRV" | "PTR";

async function answer(run: Tool, name: string, type: string): Promise<{ text: string; isFound: boolean }> {
  const { network } = run.context;
  const full =
    type === "PTR" && isAddress(name) ? `${name.split(".").reverse().join(".")}.in-addr.arpa` : name;
  const candidates = full.includes(".") ? [full] : searchNames(run, full);
  let code = "NXDOMAIN";
  let asked = full;
  for (const candidate of candidates) {
    asked = candidate;
    const found = await network.query(candidate.replace(/\.$/, ""), type as QueryType);
    code = found.code;
    if (found.code === "NOERROR") {
      const lines = found.records.map((record) => describeRecord(record));
      return { text: `${lines.join("")}\n`, isFound: true };
    }
  }
  return { text: `** server can't find ${asked}: ${code}\n\n`, isFound: false };
}

function describeRecord({ name, type, data }: { name: string; type: string; data: string }): string {
  if (type === "PTR") {
    return `${name}\tname = ${data}\n`;
  }
  return type === "SRV" ? `${name}\tservice = ${data}\n` : `Name:\t${name}\nAddress: ${data}\n`;
}

function searchNames({ context }: Tool, name: string): string[] {
  const file = "/etc/resolv.conf";
  const text = context.files.exists(file) ? context.files.read(file).toString() : "";
  const list = /^search\s+(.*)$/m.exec(text)?.[1]?.split(/\s+/) ?? [];
  return [...list.map((suffix) => `${name}.${suffix}`), name];
}

/** Resolves a name as the C library does. Throws ToolFailure. */
async function addressOf(run: Tool, host: string, failure: string): Promise<string> {
  if (isAddress(host)) {
    return host;
  }
  const [address] = host === "localhost" ? ["127.0.0.1"] : await run.context.network.resolve(host);
  if (address === undefined) {
    throw new ToolFailure(failure);
  }
  return address;
}

export const ping = tool({ short: "c:W:w:i:qs:4n", long: {} }, async (run) => {
  const { network, clock, killed } = run.context;
  const [host] = run.operands;
  if (host === undefined) {
    throw new UsageFailure("missing operand");
  }
  const address = await addressOf(run, host, `bad address '${host}'`);
  const count = Number(run.options.value("c") ?? Number.POSITIVE_INFINITY);
  const isQuiet = run.options.has("q");
  await run.out(`PING ${host} (${address}): 56 data bytes\n`);
  let [sent, received] = [0, 0];
  let isStopped = false;
  const restore = run.context.onSignal("SIGINT", () => {
    isStopped = true;
    stop.abort();
  });
  const stop = new AbortController();
  const ended = AbortSignal.any([killed, stop.signal]);
  const times: number[] = [];
  while (sent < count && !isStopped) {
    const startedAt = performance.now();
    const isAnswered = address === "127.0.0.1" || (await network.ping(address));
    const took = performance.now() - startedAt + 0.05;
    if (isAnswered) {
      received++;
      times.push(took);
      await run.out(
        isQuiet ? "" : `64 bytes from ${address}: seq=${sent} ttl=63 time=${took.toFixed(3)} ms\n`,
      );
    }
    sent++;
    const isLast = sent >= count;
    const waitMs = isAnswered
      ? isLast
        ? 0
        : Number(run.options.value("i") ?? 1) * 1000
      : Number(run.options.value("W") ?? 10) * 1000;
    await delay(clock, waitMs, ended).catch(() => undefined);
    if (killed.aborted) {
      return 1;
    }
  }
  restore();
  const loss = Math.round(((sent - received) / sent) * 100);
  await run.out(
    `\n--- ${host} ping statistics ---\n${sent} packets transmitted, ${received} packets received, ${loss}% packet loss\n`,
  );
  if (times.length > 0) {
    const average = times.reduce((sum, time) => sum + time, 0) / times.length;
    const figures = [Math.min(...times), average, Math.max(...times)]
      .map((time) => time.toFixed(3))
      .join("/");
    await run.out(`round-trip min/avg/max = ${figures} ms\n`);
  }
  return Number(received === 0);
});

export interface HttpAnswer {
  readonly statusLine: string;
  readonly code: number;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** One HTTP/1.1 request over a connection. Throws network errors with a code. */
export async function request(
  run: Tool,
  url: URL,
  {
    method = "GET",
    headers = [],
    body = "",
    timeoutMs = 0,
    agent = "",
    address,
  }: {
    readonly method?: string;
    readonly headers?: readonly string[];
    readonly body?: string;
    readonly timeoutMs?: number;
    readonly agent?: string;
    /** Where the host's name leads. */
    readonly address: string;
  },
): Promise<HttpAnswer> {
  const { network, killed, clock } = run.context;
  const limit = new AbortController();
  const timer = timeoutMs > 0 ? clock.after(timeoutMs, () => limit.abort()) : undefined;
  const ended = AbortSignal.any([killed, limit.signal]);
  try {
    const connection = await network.connect(address, Number(url.port || 80), ended);
    const lines = [
      `${method} ${url.pathname}${url.search} HTTP/1.1`,
      `Host: ${url.host}`,
      `User-Agent: ${agent}`,
      ...headers,
      ...(body === "" ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
      "Connection: close",
    ];
    await write(connection, `${lines.join("\r\n")}\r\n\r\n${body}`);
    const answer = await readAnswer(connection, ended, method === "HEAD");
    connection.destroy();
    return answer;
  } catch (error) {
    throw limit.signal.aborted ? Object.assign(new Error("timed out"), { code: "ETIMEDOUT" }) : error;
  } finally {
    timer?.cancel();
  }
}

async function readAnswer(connection: Duplex, ended: AbortSignal, hasNoBody: boolean): Promise<HttpAnswer> {
  let data = Buffer.alloc(0);
  for (;;) {
    const end = data.indexOf("\r\n\r\n");
    const head = end < 0 ? undefined : data.subarray(0, end).toString();
    const length = head === undefined ? undefined : /^content-length:\s*(\d+)/im.exec(head)?.[1];
    const isComplete =
      head !== undefined && (hasNoBody || (length !== undefined && data.length >= end + 4 + Number(length)));
    const chunk = isComplete ? undefined : await readChunk(connection, ended);
    if (chunk) {
      data = Buffer.concat([data, chunk]);
      continue;
    }
    const [statusLine = "", ...headers] = (head ?? "").split("\r\n");
    const raw = end < 0 ? Buffer.alloc(0) : data.subarray(end + 4);
    const isChunked = headers.some((header) => /^transfer-encoding:\s*chunked/i.test(header));
    const body = hasNoBody ? Buffer.alloc(0) : isChunked ? unchunk(raw) : raw;
    return { statusLine, code: Number(statusLine.split(" ")[1] ?? 0), headers, body };
  }
}

function unchunk(raw: Buffer): Buffer {
  const parts: Buffer[] = [];
  let position = 0;
  for (;;) {
    const end = raw.indexOf("\r\n", position);
    const size = end < 0 ? 0 : Number.parseInt(raw.subarray(position, end).toString(), 16);
    if (!size) {
      return Buffer.concat(parts);
    }
    parts.push(raw.subarray(end + 2, end + 2 + size));
    position = end + 2 + size + 2;
  }
}

function readUrl(text: string, run: Tool): URL {
  const full = /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`;
  let url: URL;
  try {
    url = new URL(full);
  } catch {
    throw new ToolFailure(
      run.name === "curl" ? "(3) URL using bad/illegal format or missing URL" : `bad address '${text}'`,
      run.name === "curl" ? 3 : 1,
    );
  }
  if (url.protocol !== "http:") {
    throw new ToolFailure(`${url.protocol}// is not implemented by the practice cluster`);
  }
  return url;
}

/** busybox's wget. */
export const wget = tool(
  {
    short: "cqSO:o:P:T:t:U:Y:",
    long: {
      spider: "s",
      "post-data": "p",
      header: "h",
      quiet: "q",
      "output-document": "O",
      timeout: "T",
      "server-response": "S",
    },
  },
  fetchFile,
);

async function fetchFile(run: Tool): Promise<number> {
  const { options } = run;
  const [text] = run.operands;
  if (text === undefined) {
    throw new UsageFailure("missing URL");
  }
  let url = readUrl(text, run);
  const isQuiet = options.has("q");
  for (let redirects = 0; redirects < 20; redirects++) {
    const address = await addressOf(run, url.hostname, `bad address '${url.hostname}'`);
    if (!isQuiet) {
      run.context.stderr.write(`Connecting to ${url.host} (${address}:${url.port || 80})\n`);
    }
    const answer = await answerOf(run, url, address);
    if (options.has("S")) {
      run.context.stderr.write([answer.statusLine, ...answer.headers].map((line) => `  ${line}\n`).join(""));
    }
    const location = answer.headers.find((header) => /^location:/i.test(header))?.replace(/^[^:]*:\s*/, "");
    if (answer.code >= 300 && answer.code < 400 && location !== undefined) {
      url = new URL(location, url);
      continue;
    }
    if (answer.code < 200 || answer.code >= 300) {
      throw new ToolFailure(`server returned error: ${answer.statusLine}`);
    }
    await save(run, url, answer.body);
    return 0;
  }
  throw new ToolFailure("too many redirections");
}

async function answerOf(run: Tool, url: URL, address: string): Promise<HttpAnswer> {
  const seconds = Number(run.options.value("T") ?? 900);
  const body = run.options.value("p") ?? "";
  try {
    return await request(run, url, {
      address,
      method: body === "" ? (run.options.has("s") ? "HEAD" : "GET") : "POST",
      headers: [...(run.options.values.get("h") ?? [])],
      body,
      timeoutMs: seconds * 1000,
      agent: run.options.value("U") ?? "Wget",
    });
  } catch (error) {
    const reason = reasonOf(error);
    throw new ToolFailure(
      codeOf(error) === "ETIMEDOUT"
        ? "download timed out"
        : `can't connect to remote host (${address}): ${reason}`,
    );
  }
}

async function save(run: Tool, url: URL, body: Buffer): Promise<void> {
  if (run.options.has("s")) {
    run.context.stderr.write(run.options.has("q") ? "" : "remote file exists\n");
    return;
  }
  const name = url.pathname.split("/").at(-1) || "index.html";
  const target = run.options.value("O") ?? `${run.options.value("P") ?? "."}/${name}`;
  if (target === "-") {
    await run.out(body);
  } else {
    await write(run.create(target), body);
  }
  if (!run.options.has("q")) {
    const shown = target === "-" ? "-" : (target.split("/").at(-1) ?? "");
    const size = body.length < 1024 ? `${body.length}` : `${Math.round(body.length / 1024)}k`;
    const verb = target === "-" ? "writing to stdout" : `saving to '${run.options.value("O") ?? name}'`;
    const end = target === "-" ? "written to stdout" : `'${shown}' saved`;
    run.context.stderr.write(
      `${verb}\n${shown.padEnd(20)} 100% |********************************| ${size.padStart(5)}  0:00:00 ETA\n${end}\n`,
    );
  }
}

/** curl as far as lessons use it. */
export const curl = tool(
  {
    short: "sSfILivko:X:d:H:m:w:A:O",
    long: {
      silent: "s",
      "show-error": "S",
      fail: "f",
      head: "I",
      location: "L",
      include: "i",
      verbose: "v",
      output: "o",
      request: "X",
      data: "d",
      header: "H",
      "max-time": "m",
      "connect-timeout": "m",
      "write-out": "w",
      "user-agent": "A",
    },
  },
  async (run) => {
    const { options } = run;
    const [text] = run.operands;
    if (text === undefined) {
      run.context.stderr.write("curl: try 'curl --help' or 'curl --manual' for more information\n");
      return 2;
    }
    let url = readUrl(text, run);
    for (;;) {
      const answer = await curlAnswer(run, url);
      if (typeof answer === "number") {
        return answer;
      }
      const location = answer.headers.find((header) => /^location:/i.test(header))?.replace(/^[^:]*:\s*/, "");
      if (options.has("L") && answer.code >= 300 && answer.code < 400 && location !== undefined) {
        url = new URL(location, url);
        continue;
      }
      return await showAnswer(run, answer);
    }
  },
  { usageCode: 2 },
);

async function curlAnswer(run: Tool, url: URL): Promise<HttpAnswer | number> {
  const { options } = run;
  const fail = async (code: number, text: string) => {
    if (!options.has("s") || options.has("S")) {
      await run.complain(`(${code}) ${text}`);
    }
    return code;
  };
  try {
    const address = await addressOf(run, url.hostname, "");
    const body = options.value("d") ?? "";
    const seconds = Number(options.value("m") ?? 0);
    const method = options.value("X") ?? (options.has("I") ? "HEAD" : body === "" ? "GET" : "POST");
    const own = options.values.get("H") ?? [];
    return await request(run, url, {
      address,
      method,
      headers: [
        "Accept: */*",
        ...own,
        ...(body === "" ? [] : ["Content-Type: application/x-www-form-urlencoded"]),
      ],
      body,
      timeoutMs: seconds * 1000,
      agent: options.value("A") ?? "curl/7.88.1",
    });
  } catch (error) {
    if (error instanceof ToolFailure) {
      return await fail(6, `Could not resolve host: ${url.hostname}`);
    }
    const reason = reasonOf(error);
    return codeOf(error) === "ETIMEDOUT"
      ? await fail(
          28,
          `Operation timed out after ${Number(options.value("m")) * 1000} milliseconds with 0 bytes received`,
        )
      : await fail(
          7,
          `Failed to connect to ${url.hostname} port ${url.port || 80} after 0 ms: ${reason === "Connection refused" ? "Couldn't connect to server" : reason}`,
        );
  }
}

async function showAnswer(run: Tool, answer: HttpAnswer): Promise<number> {
  const { options } = run;
  if (options.has("f") && answer.code >= 400) {
    if (!options.has("s") || options.has("S")) {
      await run.complain(`(22) The requested URL returned error: ${answer.code}`);
    }
    return 22;
  }
  const head =
    options.has("I") || options.has("i")
      ? [answer.statusLine, ...answer.headers, ""].map((line) => `${line}\r\n`).join("")
      : "";
  const target = options.value("o");
  if (target === undefined) {
    await run.out(head);
    await run.out(answer.body);
  } else {
    await write(run.create(target), Buffer.concat([Buffer.from(head), answer.body]));
  }
  const format = options.value("w");
  if (format !== undefined) {
    const values: Readonly<Record<string, string>> = {
      http_code: String(answer.code),
      response_code: String(answer.code),
      size_download: String(answer.body.length),
    };
    await run.out(
      format.replace(/%\{(\w+)\}/g, (_, name: string) => values[name] ?? "").replaceAll("\\n", "\n"),
    );
  }
  return 0;
}

/** `nc HOST PORT`, `nc -l -p PORT`, `nc -z HOST PORT`. */
export const nc = tool({ short: "lp:w:zvnu46s:e:" }, async (run) => {
  const { options, context } = run;
  const [host, port = options.value("p")] = run.operands;
  if (options.has("l")) {
    return await listenOnce(run, Number(options.value("p") ?? run.operands.at(-1)));
  }
  if (host === undefined || port === undefined) {
    throw new UsageFailure("missing operand");
  }
  const address = await addressOf(run, host, `bad address '${host}'`);
  try {
    const connection = await context.network.connect(address, Number(port), context.killed);
    if (options.has("v") || options.has("z")) {
      context.stderr.write(options.has("v") ? `${host} (${address}:${port}) open\n` : "");
    }
    if (options.has("z")) {
      connection.destroy();
      return 0;
    }
    await joinStreams(run, connection);
    return 0;
  } catch (error) {
    const reason = reasonOf(error);
    if (options.has("z") && !options.has("v")) {
      return 1;
    }
    throw new ToolFailure(`can't connect to remote host (${address}): ${reason}`);
  }
});

async function listenOnce(run: Tool, port: number): Promise<number> {
  const { network, killed } = run.context;
  const connection = await new Promise<Duplex | undefined>((resolve) => {
    const listener = network.listen(port, (accepted) => {
      listener.close();
      resolve(accepted);
    });
    killed.addEventListener("abort", () => {
      listener.close();
      resolve(undefined);
    });
  });
  if (connection) {
    await joinStreams(run, connection);
  }
  return 0;
}

async function joinStreams(run: Tool, connection: Duplex): Promise<void> {
  const { stdin, killed } = run.context;
  const sending = (async () => {
    for (let chunk = await readChunk(stdin, killed); chunk; chunk = await readChunk(stdin, killed)) {
      await write(connection, chunk);
    }
    connection.end();
  })().catch(() => undefined);
  for (let chunk = await readChunk(connection, killed); chunk; chunk = await readChunk(connection, killed)) {
    await run.out(chunk);
  }
  connection.destroy();
  void sending;
}

/** `getent hosts NAME`, `getent passwd`. */
export const getent = tool({ short: "+" }, async (run) => {
  const [database, key] = run.operands;
  if (database === "hosts" || database === "ahosts") {
    const addresses = key === undefined ? [] : await run.context.network.resolve(key);
    await run.out(
      addresses
        .slice(0, database === "hosts" ? 1 : undefined)
        .map((address) => `${address.padEnd(15)} ${key}\n`)
        .join(""),
    );
    return addresses.length > 0 ? 0 : 2;
  }
  const file = `/etc/${database}`;
  const lines = run.context.files.exists(file)
    ? run.context.files.read(file).toString().split("\n").filter(Boolean)
    : [];
  const found = lines.filter(
    (line) => key === undefined || line.split(":")[0] === key || line.split(":")[2] === key,
  );
  await run.out(found.map((line) => `${line}\n`).join(""));
  return found.length > 0 ? 0 : 2;
});
