import { Writable } from "node:stream";
import type { Json } from "../../../common/kubernetes/objects.ts";
import type { ContainerStreams } from "../../api/nodeRuntime.ts";

/** The streams between one client and a container, whatever carries them. */
export interface Channels {
  readonly streams: ContainerStreams;
  /** Sends the Status that the session ends with, after everything else. */
  finish(status: Json): void;
  /** Calls back when the client is gone. */
  onClose(listener: () => void): void;
}

/** What the client asks to be connected. */
export interface WantedStreams {
  readonly stdin: boolean;
  readonly stdout: boolean;
  /** A terminal has one output only. */
  readonly stderr: boolean;
  readonly tty: boolean;
}

export function wantedStreams(query: URLSearchParams): WantedStreams {
  const isOn = (key: string) => query.get(key) === "true" || query.get(key) === "1";
  const tty = isOn("tty");
  return { stdin: isOn("stdin"), stdout: isOn("stdout"), stderr: isOn("stderr") && !tty, tty };
}

/** An output of the container; a terminal ends its lines with CR LF. `end` is called when nothing more comes. */
export function outgoing(
  tty: boolean,
  send: (bytes: Buffer, sent: () => void) => void,
  end: (ended: () => void) => void = (ended) => ended(),
): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      const bytes = tty ? Buffer.from(chunk.toString("latin1").replace(/\r?\n/g, "\r\n"), "latin1") : chunk;
      send(bytes, () => done());
    },
    final: (done) => end(() => done()),
  });
}
