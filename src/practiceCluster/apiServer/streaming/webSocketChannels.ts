import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import type { TLSSocket } from "node:tls";
import { type WebSocket, WebSocketServer } from "ws";
import { type Channels, outgoing, type WantedStreams } from "./channels.ts";

/** Channels of the protocols v4 and v5.channel.k8s.io: the first byte of each message. */
const channel = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4, close: 255 } as const;
const protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

const server = new WebSocketServer({
  noServer: true,
  handleProtocols: (offered) => protocols.find((protocol) => offered.has(protocol)) ?? false,
});

/** Answers the upgrade to a WebSocket, and puts a container's streams on its channels. */
export function webSocketChannels(
  request: IncomingMessage,
  socket: TLSSocket,
  head: Buffer,
  wanted: WantedStreams,
): Promise<Channels> {
  return new Promise((resolve) => {
    server.handleUpgrade(request, socket, head, (connection) => resolve(channelsOf(connection, wanted)));
  });
}

function channelsOf(connection: WebSocket, wanted: WantedStreams): Channels {
  const { tty } = wanted;
  const send = (number: number, bytes: Buffer, sent: () => void) =>
    connection.send(Buffer.concat([Buffer.from([number]), bytes]), () => sent());
  const output = (number: number) => outgoing(tty, (bytes, sent) => send(number, bytes, sent));
  const stdout = wanted.stdout ? output(channel.stdout) : undefined;
  const stderr = tty ? stdout : wanted.stderr ? output(channel.stderr) : undefined;
  return {
    streams: { stdin: incoming(connection, wanted.stdin), stdout, stderr, tty },
    finish: (status) =>
      send(channel.status, Buffer.from(JSON.stringify(status)), () => connection.close(1000)),
    onClose: (listener) => connection.on("close", listener),
  };
}

function incoming(connection: WebSocket, isWanted: boolean): PassThrough {
  const stdin = new PassThrough();
  if (!isWanted) {
    stdin.end();
  }
  connection.on("message", (data) => {
    const message = Buffer.isBuffer(data)
      ? data
      : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]);
    if (message[0] === channel.stdin && isWanted) {
      stdin.write(message.subarray(1));
    } else if (message[0] === channel.close && message[1] === channel.stdin) {
      stdin.end();
    }
  });
  connection.on("close", () => stdin.end());
  return stdin;
}
