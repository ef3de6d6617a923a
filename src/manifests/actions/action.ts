import type { LocalizedText } from "../../common/language.ts";

/** A change or a question to the cluster, as the kubectl command that is shown, copied and run. */
export interface KubectlAction {
  /** Arguments after `kubectl`. */
  readonly args: readonly string[];
  /** What will happen, and what stays; undefined for a mere question. */
  readonly effect?: LocalizedText;
  /** Whether the API can try it without doing it (`--dry-run=server`). */
  readonly canTry: boolean;
}

/** The command as one would type it in a POSIX shell: every word that needs it is quoted. */
export function commandLine({ args }: KubectlAction): string {
  return ["kubectl", ...args].map(shellWord).join(" ");
}

/** The same command, only tried. */
export function tried(action: KubectlAction): readonly string[] {
  return [...action.args, "--dry-run=server"];
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
