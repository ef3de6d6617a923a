import type { ShellState } from "../running/state.ts";

/** PS1 with what ash and bash put for `\w`, `\$` and the like; dash shows it as it is. */
export function expandPrompt(state: ShellState, prompt: string): string {
  if (state.flavour.name === "dash") {
    return prompt;
  }
  const home = state.variables.get("HOME") ?? "";
  const { directory, context, flavour } = state;
  const isBelowHome = home !== "" && (directory === home || directory.startsWith(`${home}/`));
  const short = isBelowHome ? `~${directory.slice(home.length)}` : directory;
  const values: Readonly<Record<string, string>> = {
    w: short,
    W: short.split("/").at(-1) || "/",
    $: "#",
    u: "root",
    h: context.hostname.split(".")[0] ?? "",
    H: context.hostname,
    n: "\n",
    s: flavour.name === "bash" ? "bash" : "sh",
    e: "\x1b",
    "[": "",
    "]": "",
    "\\": "\\",
  };
  return prompt.replace(/\\([wW$uhHnse[\]\\])/g, (all, letter: string) => values[letter] ?? all);
}
