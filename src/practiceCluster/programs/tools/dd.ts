import { readChunk } from "../kit/input.ts";
import { write } from "../kit/output.ts";
import { readOptions } from "./options.ts";
import { humanSize, readSize } from "./sizes.ts";
import { type MakeProgram, Tool, ToolFailure } from "./tool.ts";

/** `dd if=… of=… bs=… count=… skip=… seek=…`. */
export const dd: MakeProgram = (style) => async (context) => {
  const run = new Tool(context, style, "dd", readOptions([], { short: "" }));
  const values = new Map(
    context.argv.slice(1).map((word) => [word.split("=")[0] ?? "", word.split("=").slice(1).join("=")]),
  );
  try {
    return await copyBlocks(run, values);
  } catch (error) {
    if (error instanceof ToolFailure) {
      await run.complain(error.message);
      return error.exitCode;
    }
    throw error;
  }
};

async function copyBlocks(run: Tool, values: ReadonlyMap<string, string>): Promise<number> {
  const { context } = run;
  const size = readSize(values.get("bs") ?? "512");
  const count = values.has("count") ? readSize(values.get("count") ?? "") : Number.POSITIVE_INFINITY;
  const source = values.get("if") ?? "-";
  const target = values.get("of");
  let written = 0;
  const startedAt = context.clock.now();
  try {
    const input = run.open(source);
    const output = target === undefined ? context.stdout : run.create(target);
    let left = count * size;
    for (let skipped = readSize(values.get("skip") ?? "0") * size; skipped > 0; ) {
      const chunk = await readChunk(input, context.killed);
      if (!chunk) {
        break;
      }
      if (chunk.length > skipped) {
        input.unshift(chunk.subarray(skipped));
      }
      skipped -= Math.min(chunk.length, skipped);
    }
    while (left > 0) {
      const chunk = await readChunk(input, context.killed);
      if (!chunk) {
        break;
      }
      const part = chunk.subarray(0, left);
      await write(output, part);
      written += part.length;
      left -= part.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
  } catch (error) {
    const name = source !== "-" && !context.files.exists(run.path(source)) ? source : (target ?? source);
    throw new ToolFailure(
      run.isBusybox
        ? run.cannotOpen(name, error)
        : `failed to open '${name}': ${run.cannotOpen("", error).slice(2)}`,
    );
  }
  const blocks = `${Math.floor(written / size)}+${Number(written % size > 0)}`;
  const seconds = Math.max((context.clock.now() - startedAt) / 1000, 0.000001);
  const rate = `${humanSize(Math.round(written / seconds))}B/s`;
  const summary = run.isBusybox
    ? `${written} bytes (${humanSize(written)}B) copied, ${seconds.toFixed(6)} seconds, ${rate}`
    : `${written} bytes copied, ${seconds.toFixed(5)} s, ${rate}`;
  if (values.get("status") !== "none") {
    context.stderr.write(`${blocks} records in\n${blocks} records out\n${summary}\n`);
  }
  return 0;
}
