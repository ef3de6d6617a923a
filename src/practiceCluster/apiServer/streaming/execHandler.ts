import { PassThrough, Writable } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { IPod } from "kubernetes-models/v1/Pod";
import { type WebSocket, WebSocketServer } from "ws";
import type { Json } from "../../../common/kubernetes/objects.ts";
import { ApiError } from "../../api/apiError.ts";
import type { ContainerStreams, NodeRuntime } from "../../api/nodeRuntime.ts";
import { pods } from "../../api/resources.ts";
import type { Exchange } from "../http/exchange.ts";
import type { ResourcePath } from "../http/requestPath.ts";
import { refusals } from "../requests/errors.ts";
import type { Pipeline } from "../requests/pipeline.ts";
import { containerOf } from "./containerOf.ts";

/** Channels of the protocols v4 and v5.channel.k8s.io: the first byte of each message. */
const channel = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4, close: 255 } as const;
const protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

const server = new WebSocketServer({
  noServer: true,
  handleProtocols: (offered) => protocols.find((protocol) => offered.has(protocol)) ?? false,
});

/** Serves exec and attach over a WebSocket. Throws what the API answers before the upgrade. */
export async function upgradeToExec(
  pipeline: Pipeline,
  runtime: NodeRuntime,
  { request, url }: Omit<Exchange, "response">,
  { namespace, name = "", subresource }: ResourcePath,
  socket: TLSSocket,
  head: Buffer,
): Promise<void> {
  const pod = pipeline.get(pods, { namespace, name }) as IPod;
  const address = containerOf(pod, url.searchParams.get("container"));
  if (request.headers.upgrade?.toLowerCase() !== "websocket") {
    throw refusals.badRequest(
      "only the WebSocket protocols v4.channel.k8s.io and v5.channel.k8s.io are implemented",
    );
  }
  const ended = new AbortController();
  server.handleUpgrade(request, socket, head, (connection) => {
    connection.on("close", () => ended.abort());
    const streams = streamsOf(connection, url.searchParams);
    const running =
      subresource === "exec"
        ? runtime.exec(address, url.searchParams.getAll("command"), streams, ended.signal)
        : runtime.attach(address, streams, ended.signal).then(() => 0);
    void running
      .then(exitStatus, failureStatus)
      .then((status) => allWritten(streams).then(() => finish(connection, status)));
  });
}

function streamsOf(connection: WebSocket, query: URLSearchParams): ContainerStreams {
  const isOn = (key: string) => query.get(key) === "true" || query.get(key) === "1";
  const stdin = new PassThrough();
  if (!isOn("stdin")) {
    stdin.end();
  }
  connection.on("message", (data) => {
    const message = Buffer.isBuffer(data)
      ? data
      : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]);
    if (message[0] === channel.stdin) {
      stdin.write(message.subarray(1));
    } else if (message[0] === channel.close && message[1] === channel.stdin) {
      stdin.end();
    }
  });
  connection.on("close", () => stdin.end());
  const tty = isOn("tty");
  const stdout = isOn("stdout") ? outgoing(connection, channel.stdout, tty) : undefined;
  const stderr = tty ? stdout : isOn("stderr") ? outgoing(connection, channel.stderr, false) : undefined;
  return { stdin, stdout, stderr, tty };
}

/** A stream of the container as messages; a terminal ends its lines with CR LF. */
function outgoing(connection: WebSocket, number: number, tty: boolean): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      const bytes = tty ? Buffer.from(chunk.toString("latin1").replace(/\r?\n/g, "\r\n"), "latin1") : chunk;
      connection.send(Buffer.concat([Buffer.from([number]), bytes]), () => done());
    },
  });
}

/** What the command wrote is on its way before its exit code is. */
async function allWritten({ stdout, stderr }: ContainerStreams): Promise<void> {
  for (const stream of new Set([stdout, stderr])) {
    await new Promise<void>((resolve) => (stream ? stream.end(() => resolve()) : resolve()));
  }
}

function finish(connection: WebSocket, status: Json): void {
  connection.send(Buffer.concat([Buffer.from([channel.status]), Buffer.from(JSON.stringify(status))]), () =>
    connection.close(1000),
  );
}

function exitStatus(code: number): Json {
  if (code === 0) {
    return { metadata: {}, status: "Success" };
  }
  return {
    metadata: {},
    status: "Failure",
    message: `command terminated with non-zero exit code: error executing command in container: exit status ${code}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(code) }] },
  };
}

function failureStatus(error: unknown): Json {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ApiError) {
    return JSON.parse(JSON.stringify(error.status)) as Json;
  }
  return {
    metadata: {},
    status: "Failure",
    message: `Internal error occurred: Internal error occurred: error executing command in container: failed to exec in container: ${message}`,
    reason: "InternalError",
    code: 500,
  };
}
