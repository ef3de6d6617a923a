import { request as httpRequest, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { reasonOf } from "../kit/errors.ts";
import type { ProcessContext } from "../program.ts";
import type { Answer } from "./requests.ts";
import type { Settings } from "./settings.ts";

/** `proxy_pass`: asks another server in the Pods' network. */
export async function proxyRequest(
  { network, killed }: ProcessContext,
  settings: Settings,
  message: IncomingMessage,
  { target, locationPath }: { readonly target: string; readonly locationPath: string },
): Promise<Answer | { readonly failure: string }> {
  const url = new URL(target);
  const upstream = settings.upstreams.get(url.hostname);
  const [host = url.hostname, port = url.port || "80"] = (upstream?.[0] ?? url.host).split(":");
  const own = message.url ?? "/";
  const hasPath = /^https?:\/\/[^/]+\//.test(target);
  const path = hasPath ? url.pathname + own.slice(locationPath.length) : own;
  let connection: Duplex;
  try {
    connection = await network.connect(host, Number(port), killed);
  } catch (error) {
    return {
      failure: `connect() failed (${reasonOf(error)}) while connecting to upstream, upstream: "${target}"`,
    };
  }
  return await new Promise((resolve) => {
    const outgoing = httpRequest({
      createConnection: () => connection,
      method: message.method,
      path,
      headers: { ...message.headers, host: url.host, connection: "close" },
    });
    outgoing.on("response", (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        const skipped = ["connection", "content-length", "transfer-encoding", "server", "date", "keep-alive"];
        const headers = Object.entries(answer.headers)
          .filter(([name]) => !skipped.includes(name))
          .map(([name, value]) => [canonicalName(name), String(value)] as const);
        resolve({ code: answer.statusCode ?? 502, headers, body: Buffer.concat(chunks) });
      });
    });
    outgoing.on("error", (error) => resolve({ failure: `${error.message} while reading from upstream` }));
    message.pipe(outgoing);
  });
}

function canonicalName(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (all) => all.toUpperCase());
}
