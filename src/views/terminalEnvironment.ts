import { delimiter } from "node:path";

/**
 * Run by bash before each prompt: a KUBECONFIG or an alias from the learner's start-up files, or from a command
 * of before, would send what a page or a lens types next to another cluster. Also puts "(dojo)" before the prompt, once.
 */
const promptCommand =
  "export KUBECONFIG=$DOJO_KUBECONFIG; unalias kubectl k 2>/dev/null; " +
  `case "$PS1" in *"(dojo)"*) ;; *) PS1="(dojo) $PS1" ;; esac`;

export interface TerminalPlaces {
  /** The lesson cluster's own. */
  readonly kubeconfig: string;
  /** Where the kubectl is that checks use; undefined when none was found. */
  readonly kubectlFolder: string | undefined;
  /** PATH as the learner has it. */
  readonly searchPath: string;
  /** Where our `k` is. */
  readonly programs: string;
}

/** What the terminal "Dojo" adds to the learner's environment; null takes a variable away. */
export function terminalEnvironment(places: TerminalPlaces): Record<string, string | null> {
  const { kubeconfig, kubectlFolder, searchPath, programs } = places;
  return {
    KUBECONFIG: kubeconfig,
    DOJO_KUBECONFIG: kubeconfig,
    // the editor's shell integration sets it again after the start-up files of bash, zsh, fish and PowerShell
    VSCODE_ENV_REPLACE: `KUBECONFIG=${encoded(kubeconfig)}`,
    // preferences of the learner's could name another context, and would change what lessons show
    KUBERC: "off",
    KUBERNETES_MASTER: null,
    KUBERNETES_SERVICE_HOST: null,
    KUBERNETES_SERVICE_PORT: null,
    PATH: [kubectlFolder, searchPath, programs].filter(Boolean).join(delimiter),
    PROMPT_COMMAND: promptCommand,
    // the prompt names the step's folder alone, so that commands fit beside it
    PROMPT_DIRTRIM: "1",
  };
}

/** A value as shell integration reads it: between colons, with the escapes of `echo -e`. */
function encoded(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll(":", "\\x3a");
}
