import { describeJob } from "../builtins/jobs.ts";
import { wantsMore } from "../running/incomplete.ts";
import type { Interpreter } from "../running/interpreter.ts";
import { Interrupted, ShellExit } from "../running/jumps.ts";
import { LineEditor } from "./lineEditor.ts";
import { expandPrompt } from "./prompt.ts";

/** A session at a terminal: a prompt, a command, and so on until `exit` or Ctrl-D. */
export async function runInteractive(shell: Interpreter): Promise<number> {
  const { state, context } = shell;
  if (state.variables.get("PS1") === undefined) {
    state.variables.set("PS1", { ash: "\\w \\$ ", dash: "# ", bash: "\\u@\\h:\\w\\$ " }[state.flavour.name]);
  }
  state.variables.set("PS2", state.variables.get("PS2") ?? "> ");
  const editor = context.terminal
    ? new LineEditor(context.stdin, context.stdout, context.terminal, context.killed)
    : undefined;
  return await shell.runToEnd(async () => {
    for (;;) {
      const text = await readCommand(shell, editor);
      if (text === undefined) {
        await shell.write(2, state.flavour.isBash ? "exit\n" : "\n");
        return state.status;
      }
      await runLine(shell, text);
      await reportEndedJobs(shell);
    }
  });
}

async function runLine(shell: Interpreter, text: string): Promise<void> {
  shell.traps.beginLine();
  try {
    shell.state.status = await shell.reporting(() => shell.runText(text));
  } catch (error) {
    if (error instanceof Interrupted) {
      shell.state.status = 130;
      await shell.write(2, "\n");
    } else if (error instanceof ShellExit && error.isOfFailure) {
      shell.state.status = error.status;
    } else {
      throw error;
    }
  }
}

async function readCommand(shell: Interpreter, editor: LineEditor | undefined): Promise<string | undefined> {
  let text = "";
  for (;;) {
    const prompt = expandPrompt(shell.state, shell.state.variables.get(text === "" ? "PS1" : "PS2") ?? "");
    const line = editor ? await editor.readLine(prompt) : undefined;
    if (line === undefined) {
      return text === "" ? undefined : text;
    }
    if (line === "interrupted") {
      return "";
    }
    text += `${line.text}\n`;
    if (!wantsMore(text, shell)) {
      editor?.remember(text.trimEnd());
      return text;
    }
  }
}

async function reportEndedJobs(shell: Interpreter): Promise<void> {
  const current = shell.jobs.find("%%");
  for (const job of [...shell.jobs.all]) {
    if (job.code !== undefined) {
      await shell.write(2, `${describeJob(job, current, shell.state.flavour)}\n`);
      shell.jobs.forget(job);
    }
  }
}
