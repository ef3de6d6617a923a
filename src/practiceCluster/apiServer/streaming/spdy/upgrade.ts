import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { createWebSocketStream, WebSocketServer } from "ws";
import { refusals } from "../../requests/errors.ts";

const tunnelPrefix = "SPDY/3.1+";
const server = new WebSocketServer({ noServer: true });
server.on("headers", (headers, request) => {
  headers.push(`Sec-WebSocket-Protocol: ${tunnels.get(request) ?? ""}`);
});
const tunnels = new WeakMap<IncomingMessage, string>();

/** The protocols that a client offers, in its order, over SPDY or through a WebSocket. */
export function offeredProtocols({ headers }: IncomingMessage): string[] {
  const offered = isSpdy(headers.upgrade)
    ? headers["x-stream-protocol-version"]
    : headers["sec-websocket-protocol"];
  return [offered ?? []].flat().flatMap((each) => each.split(",").map((name) => name.trim()));
}

export function isSpdy(upgrade: string | undefined): boolean {
  return upgrade?.toLowerCase() === "spdy/3.1";
}

/** Answers an upgrade to SPDY/3.1 with the chosen protocol; the socket then carries its frames. */
export function acceptSpdy(socket: TLSSocket, head: Buffer, protocol: string): Duplex {
  socket.write(
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n" +
      `X-Stream-Protocol-Version: ${protocol}\r\n\r\n`,
  );
  if (head.length > 0) {
    socket.unshift(head);
  }
  return socket;
}

/**
 * Answers a WebSocket that carries the frames of SPDY/3.1 in its messages, as kubectl 1.30 and later ask for
 * port-forward. Throws 400 where the client offers no such protocol.
 */
export function acceptTunnel(
  request: IncomingMessage,
  socket: TLSSocket,
  head: Buffer,
  protocol: string,
): Promise<Duplex> {
  const name = `${tunnelPrefix}${protocol}`;
  if (!offeredProtocols(request).includes(name)) {
    throw refusals.badRequest(`the WebSocket has to offer the protocol ${name}`);
  }
  // the name is no token of HTTP, so the WebSocket library must not see it
  delete request.headers["sec-websocket-protocol"];
  tunnels.set(request, name);
  return new Promise((resolve) => {
    server.handleUpgrade(request, socket, head, (connection) => resolve(createWebSocketStream(connection)));
  });
}
