import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import type { ProbeAnswer, ProbeTarget } from "./prober.ts";

export interface GrpcAction {
  readonly port: number;
  readonly service?: string;
}

/** The status codes of gRPC, by number. */
const codes = [
  ...["OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists"],
  ...[
    "PermissionDenied",
    "ResourceExhausted",
    "FailedPrecondition",
    "Aborted",
    "OutOfRange",
    "Unimplemented",
  ],
  ...["Internal", "Unavailable", "DataLoss", "Unauthenticated"],
];
/** `HealthCheckResponse.ServingStatus` of grpc.health.v1, by number. */
const servingStatuses = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];

interface Reply {
  readonly code: number;
  readonly message: string;
  readonly body: Buffer;
}

/**
 * Asks a server's health service as the kubelet does (pkg/probe/grpc). Who does not speak gRPC at all is not told from
 * who is slow: the kubelet dials until the time is up, so the answer comes when `signal` says so.
 */
export async function askGrpc(
  action: GrpcAction,
  target: ProbeTarget,
  seconds: number,
  signal: AbortSignal,
): Promise<ProbeAnswer> {
  const address = `${target.address}:${action.port}`;
  const session = await untilLate(openSession(action, target, signal), signal);
  if (!session) {
    const why = "context deadline exceeded";
    return failure(`timeout: failed to connect service "${address}" within ${seconds}s: ${why}`);
  }
  try {
    const reply = await untilLate(callCheck(session, address, action.service ?? ""), signal);
    return reply ? verdict(reply) : failure(`timeout: health rpc did not complete within ${seconds}s`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return failure(`error: health rpc probe failed: rpc error: code = Unavailable desc = ${reason}`);
  } finally {
    session.destroy();
  }
}

const failure = (output: string): ProbeAnswer => ({ kind: "failure", output });

/** What the promise brings, or undefined when the time is up before. */
function untilLate<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
    promise.then(resolve, reject);
  });
}

/** A connection whose server has said its settings; one that never does never comes. */
async function openSession(
  { port }: GrpcAction,
  target: ProbeTarget,
  signal: AbortSignal,
): Promise<ClientHttp2Session> {
  const connection = await target.connect(port).catch(() => undefined);
  if (signal.aborted) {
    connection?.destroy();
  }
  return new Promise((resolve) => {
    if (connection && !signal.aborted) {
      signal.addEventListener("abort", () => connection.destroy(), { once: true });
      const session = connect("http://pod", { createConnection: () => connection });
      session.on("error", () => connection.destroy());
      session.on("remoteSettings", () => resolve(session));
    }
  });
}

function callCheck(session: ClientHttp2Session, authority: string, service: string): Promise<Reply> {
  const stream = session.request({
    ":method": "POST",
    ":path": "/grpc.health.v1.Health/Check",
    ":authority": authority,
    "content-type": "application/grpc",
    "user-agent": "kube-probe/1.36",
    te: "trailers",
  });
  stream.end(framed(service));
  return replyOf(stream);
}

function replyOf(stream: ClientHttp2Stream): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let code = 2;
    let message = "";
    // a refusal comes in the headers alone, everything else in the trailers
    const readStatus = (headers: Readonly<Record<string, string | string[] | number | undefined>>) => {
      if (headers["grpc-status"] !== undefined) {
        code = Number(headers["grpc-status"]);
        message = decodeURIComponent(String(headers["grpc-message"] ?? ""));
      }
    };
    stream.on("response", readStatus);
    stream.on("trailers", readStatus);
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => resolve({ code, message, body: Buffer.concat(chunks) }));
    stream.on("error", reject);
  });
}

/** A HealthCheckRequest behind gRPC's five bytes: not compressed, and the length. */
function framed(service: string): Buffer {
  const name = Buffer.from(service);
  const request = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a]), varint(name.length), name]);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(request.length, 1);
  return Buffer.concat([head, request]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return Buffer.from([...bytes, rest]);
}

function verdict({ code, message, body }: Reply): ProbeAnswer {
  if (codes[code] === "Unimplemented") {
    const protocol = "the grpc health protocol (grpc.health.v1.Health)";
    return failure(`error: this server does not implement ${protocol}: ${message}`);
  }
  if (code !== 0) {
    const name = codes[code] ?? `Code(${code})`;
    return failure(`error: health rpc probe failed: rpc error: code = ${name} desc = ${message}`);
  }
  // field 1 of the message, a varint; a field that is zero is left out
  const number = body[5] === 0x08 ? (body[6] ?? 0) : 0;
  const status = servingStatuses[number] ?? String(number);
  return status === "SERVING"
    ? { kind: "success" }
    : failure(`service unhealthy (responded with "${status}")`);
}
