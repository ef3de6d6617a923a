import type { IncomingMessage } from "node:http";
import { Readable, type Writable } from "node:stream";
import type { TLSSocket } from "node:tls";
import { refusals } from "../requests/errors.ts";
import { type Channels, outgoing, type WantedStreams } from "./channels.ts";
import { SpdyConnection, type SpdyStream } from "./spdy/spdyConnection.ts";
import { acceptSpdy, offeredProtocols } from "./spdy/upgrade.ts";

const protocol = "v4.channel.k8s.io";

/**
 * Answers the upgrade to SPDY/3.1, which kubectl before 1.30 asks for, and waits for the streams that the client
 * opens: one each for what is wanted, one for the final Status. Throws 400 for clients older than that protocol.
 */
export function spdyChannels(
  request: IncomingMessage,
  socket: TLSSocket,
  head: Buffer,
  wanted: WantedStreams,
): Promise<Channels> {
  if (!offeredProtocols(request).includes(protocol)) {
    throw refusals.badRequest(`only the protocol ${protocol} is implemented over SPDY`);
  }
  const names = [
    "error",
    ...(wanted.stdin ? ["stdin"] : []),
    ...(wanted.stdout ? ["stdout"] : []),
    ...(wanted.stderr ? ["stderr"] : []),
    ...(wanted.tty ? ["resize"] : []),
  ];
  const opened = new Map<string, SpdyStream>();
  const transport = acceptSpdy(socket, head, protocol);
  return new Promise((resolve) => {
    const connection = new SpdyConnection(transport, (stream) => {
      const name = stream.headers.get("streamtype") ?? "";
      if (!names.includes(name) || opened.has(name)) {
        stream.reset();
        return;
      }
      opened.set(name, stream);
      if (opened.size === names.length) {
        resolve(channelsOf(connection, opened, wanted.tty));
      }
    });
  });
}

function channelsOf(
  connection: SpdyConnection,
  opened: ReadonlyMap<string, SpdyStream>,
  tty: boolean,
): Channels {
  const output = (name: string): Writable | undefined => {
    const stream = opened.get(name);
    // what the client sends on an output is its end only
    stream?.resume();
    return (
      stream &&
      outgoing(
        tty,
        (bytes, sent) => stream.write(bytes, () => sent()),
        (ended) => stream.end(() => ended()),
      )
    );
  };
  const stdout = output("stdout");
  opened.get("resize")?.resume();
  opened.get("error")?.resume();
  return {
    streams: {
      stdin: opened.get("stdin") ?? Readable.from([]),
      stdout,
      stderr: tty ? stdout : output("stderr"),
      tty,
    },
    // the client closes when it has read the Status: closed from here it would tell of input that it still sends
    finish: (status) => opened.get("error")?.end(JSON.stringify(status)),
    onClose: (listener) => connection.onClose(listener),
  };
}
