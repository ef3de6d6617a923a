import type { Readable } from "node:stream";

/** The process was killed while it waited. */
export class Killed extends Error {}

const lineFeed = 0x0a;

/** The next bytes of a stream that other programs may go on reading; undefined at its end. Throws Killed. */
export async function readChunk(stream: Readable, killed: AbortSignal): Promise<Buffer | undefined> {
  for (;;) {
    if (killed.aborted) {
      throw new Killed("killed");
    }
    const chunk: unknown = stream.read();
    if (chunk !== null) {
      return Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    }
    if (stream.readableEnded || stream.destroyed) {
      return undefined;
    }
    await somethingOf(stream, killed);
  }
}

function somethingOf(stream: Readable, killed: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      stream.off("readable", settle).off("end", settle).off("close", settle).off("error", settle);
      killed.removeEventListener("abort", settle);
      resolve();
    };
    stream.on("readable", settle).on("end", settle).on("close", settle).on("error", settle);
    killed.addEventListener("abort", settle, { once: true });
  });
}

/** Everything until the end. */
export async function readAll(stream: Readable, killed: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let chunk = await readChunk(stream, killed); chunk; chunk = await readChunk(stream, killed)) {
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

/**
 * One line with its line feed (the last one may lack it), leaving what follows to the next reader; undefined at
 * the end.
 */
export async function readLine(stream: Readable, killed: AbortSignal): Promise<string | undefined> {
  const line = await readUntil(stream, lineFeed, killed);
  return line?.toString();
}

/** Bytes up to and with `delimiter`, leaving the rest to the next reader. */
export async function readUntil(
  stream: Readable,
  delimiter: number,
  killed: AbortSignal,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  for (let chunk = await readChunk(stream, killed); chunk; chunk = await readChunk(stream, killed)) {
    const end = chunk.indexOf(delimiter);
    if (end >= 0) {
      if (end + 1 < chunk.length) {
        stream.unshift(chunk.subarray(end + 1));
      }
      chunks.push(chunk.subarray(0, end + 1));
      break;
    }
    chunks.push(chunk);
  }
  return chunks.length > 0 ? Buffer.concat(chunks) : undefined;
}

/** The lines of a stream without their line feeds. */
export async function* linesOf(stream: Readable, killed: AbortSignal): AsyncGenerator<string> {
  let rest = "";
  const decoder = new TextDecoder();
  for (let chunk = await readChunk(stream, killed); chunk; chunk = await readChunk(stream, killed)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") {
    yield rest;
  }
}
