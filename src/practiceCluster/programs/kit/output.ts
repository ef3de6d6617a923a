import type { Writable } from "node:stream";

/** Nobody reads any more what this process writes: without a handler it ends, as of SIGPIPE. */
export class BrokenPipe extends Error {}

/** Writes and waits until there is room again. Throws BrokenPipe when the reader has gone. */
export async function write(stream: Writable, data: string | Uint8Array): Promise<void> {
  if (stream.destroyed) {
    throw new BrokenPipe("write error: Broken pipe");
  }
  if (data.length > 0 && !stream.write(data)) {
    await roomIn(stream);
  }
}

function roomIn(stream: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      stream.off("drain", settle).off("close", settle).off("error", settle);
      if (stream.destroyed) {
        reject(new BrokenPipe("write error: Broken pipe"));
      } else {
        resolve();
      }
    };
    stream.on("drain", settle).on("close", settle).on("error", settle);
  });
}
