import { createHash } from "node:crypto";
import { readAll } from "../kit/input.ts";
import { type MakeProgram, tool } from "./tool.ts";

/** `md5sum` and its like; -c checks a list. */
export function checksum(algorithm: string): MakeProgram {
  return tool({ short: "cbtsw", long: { check: "c" } }, async (run) => {
    const digest = (data: Buffer) => createHash(algorithm).update(data).digest("hex");
    if (!run.options.has("c")) {
      return await run.eachInput(run.operands, async (input, name) => {
        await run.out(`${digest(await readAll(input, run.context.killed))}  ${name}\n`);
      });
    }
    let failed = 0;
    for (const operand of run.operands) {
      for (const line of (await run.read(operand)).toString().split("\n").filter(Boolean)) {
        const [, wanted, name = ""] = /^(\S+)\s+\*?(.*)$/.exec(line) ?? [];
        const isRight = wanted === digest(run.context.files.read(run.path(name)));
        failed += Number(!isRight);
        await run.out(`${name}: ${isRight ? "OK" : "FAILED"}\n`);
      }
    }
    if (failed > 0) {
      await run.complain(`WARNING: ${failed} of ${failed} computed checksums did NOT match`);
    }
    return Number(failed > 0);
  });
}

export const base64 = tool({ short: "dw:i", long: { decode: "d", wrap: "w" } }, async (run) => {
  const width = Number(run.options.value("w") ?? 76);
  return await run.eachInput(run.operands, async (input) => {
    const data = await readAll(input, run.context.killed);
    if (run.options.has("d")) {
      await run.out(Buffer.from(data.toString(), "base64"));
      return;
    }
    const text = data.toString("base64");
    const lines = width === 0 ? text : text.replace(new RegExp(`.{${width}}(?=.)`, "g"), "$&\n");
    await run.out(width === 0 ? lines : `${lines}\n`);
  });
});
