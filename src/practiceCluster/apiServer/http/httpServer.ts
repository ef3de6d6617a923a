import type { IncomingMessage, ServerResponse } from "node:http";
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { PeerCertificate, TLSSocket } from "node:tls";
import { ApiError } from "../../api/apiError.ts";
import type { KeyPair } from "../certificates/certificates.ts";
import { answerError, type Exchange, internalError, type User } from "./exchange.ts";

export interface HttpServerOptions {
  readonly authority: string;
  readonly serverCertificate: KeyPair;
  /** 0: any free port. */
  readonly port: number;
  /** Who a bearer token belongs to; undefined: nobody. */
  readonly userOfToken: (token: string) => User | undefined;
  /** Answers an authenticated request; what it throws is answered as a Status. */
  readonly handle: (exchange: Exchange) => Promise<void>;
  /** Takes over a connection that asks to be upgraded (exec, attach, port-forward). */
  readonly upgrade: (exchange: Omit<Exchange, "response">, socket: TLSSocket, head: Buffer) => Promise<void>;
}

export interface ListeningServer {
  readonly port: number;
  close(): Promise<void>;
  /** Tells of each client that connects, also of those that are connected already, and calls `onEnd` when it is gone. */
  onConnection(listener: (onEnd: (ended: () => void) => void) => void): void;
}

/** A connection on which nothing is asked is closed after so long. */
const idleMs = 90_000;

/**
 * HTTPS on the loopback address only, HTTP/2 as kubectl prefers or HTTP/1.1 as upgraded connections need, with client
 * certificates of the cluster's own authority. Whoever shows neither a certificate nor a token gets 401, whatever is
 * asked for. Throws with EADDRINUSE when the port is taken.
 */
export async function listen(options: HttpServerOptions): Promise<ListeningServer> {
  const server = createSecureServer({
    ca: options.authority,
    cert: options.serverCertificate.certificate,
    key: options.serverCertificate.key,
    requestCert: true,
    rejectUnauthorized: false,
    allowHTTP1: true,
    // lists of many objects to a client that reads slowly
    maxSessionMemory: 100,
    minVersion: "TLSv1.2",
  });
  // the API server's own (pkg/server/secure_serving.go); of the HTTP/1.1 side the types say nothing
  Object.assign(server, { maxHeaderSize: 1024 * 1024, headersTimeout: 32_000, keepAliveTimeout: idleMs });
  const connections = new Set<TLSSocket>();
  server.on("secureConnection", (socket) => {
    connections.add(socket);
    socket.on("close", () => connections.delete(socket));
  });
  // requests of both versions have the same methods, so nothing behind this line knows which one it is
  server.on("request", (request, response) => {
    void answer(options, request as unknown as IncomingMessage, response as unknown as ServerResponse);
  });
  server.on("upgrade", (request, socket, head) => void takeOver(options, request, socket as TLSSocket, head));
  server.on("clientError", refuseNonsense);
  server.on("session", endWhenIdle);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close: () => close(server, connections),
    onConnection: (listener) => {
      const tell = (socket: TLSSocket) => listener((ended) => socket.once("close", ended));
      connections.forEach(tell);
      server.on("secureConnection", tell);
    },
  };
}

async function answer(
  options: HttpServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const user = userOf(options, request);
    const url = urlOf(request);
    response.setHeader("audit-id", crypto.randomUUID());
    await options.handle({ request, response, url, user });
  } catch (error) {
    answerError(response, error);
  }
}

/** Answers what is no HTTP, as Go's server does, and ends the connection. */
function refuseNonsense(error: Error, socket: Duplex): void {
  const code = "code" in error ? error.code : "";
  const isHeader = code === "HPE_HEADER_OVERFLOW";
  const status = isHeader ? "431 Request Header Fields Too Large" : "400 Bad Request";
  const type = "Content-Type: text/plain; charset=utf-8\r\nConnection: close";
  if (socket.writable && code !== "ERR_HTTP_REQUEST_TIMEOUT") {
    socket.end(`HTTP/1.1 ${status}\r\n${type}\r\n\r\n${status}`, () => socket.destroy());
  } else {
    socket.destroy();
  }
}

/** Closes a connection of HTTP/2 when no stream was open on it for a while. */
function endWhenIdle(session: ServerHttp2Session): void {
  let open = 0;
  session.on("stream", (stream) => {
    open += 1;
    stream.once("close", () => {
      open -= 1;
    });
  });
  session.setTimeout(idleMs, () => {
    if (open === 0) {
      session.destroy();
    }
  });
}

async function takeOver(
  options: HttpServerOptions,
  request: IncomingMessage,
  socket: TLSSocket,
  head: Buffer,
): Promise<void> {
  socket.on("error", () => socket.destroy());
  try {
    const user = userOf(options, request);
    await options.upgrade({ request, url: urlOf(request), user }, socket, head);
  } catch (error) {
    const { status, code } = error instanceof ApiError ? error : internalError(error);
    const body = JSON.stringify(status);
    socket.end(
      `HTTP/1.1 ${code} ${status.reason}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  }
}

/** The certificate counts before the token, as in the API server's chain (pkg/kubeapiserver/authenticator). Throws 401. */
function userOf({ userOfToken }: HttpServerOptions, request: IncomingMessage): User {
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  const user = userOfCertificate(request.socket as TLSSocket) ?? (token ? userOfToken(token) : undefined);
  if (!user) {
    throw new ApiError(401, "Unauthorized", "Unauthorized");
  }
  return user;
}

/**
 * Whom the client's certificate names; undefined without one of the cluster's authority. `authorized` alone says nothing:
 * it is set as well when a client without any certificate takes up a session of TLS 1.3 again.
 */
function userOfCertificate(socket: TLSSocket): User | undefined {
  const certificate: Partial<PeerCertificate> | null = socket.authorized ? socket.getPeerCertificate() : null;
  if (!certificate?.subject?.CN) {
    return undefined;
  }
  const { CN, O } = certificate.subject;
  const groups = O === undefined ? [] : [O].flat();
  return { name: String(CN), groups: [...groups, "system:authenticated"] };
}

/** Throws 400 for a path that is none. */
function urlOf(request: IncomingMessage): URL {
  try {
    return new URL(request.url ?? "/", "https://localhost");
  } catch {
    throw new ApiError(400, "BadRequest", "the request's path cannot be read");
  }
}

function close(server: Http2SecureServer, connections: ReadonlySet<TLSSocket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of connections) {
      socket.destroy();
    }
  });
}
