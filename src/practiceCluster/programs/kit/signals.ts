import type { SignalName } from "../program.ts";

/** Linux's signal names by number, without "SIG". */
export const signalNames: readonly string[] = (
  "EXIT HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU " +
  "URG XCPU XFSZ VTALRM PROF WINCH POLL PWR SYS"
).split(" ");

const known: readonly string[] = ["HUP", "INT", "QUIT", "KILL", "USR1", "USR2", "TERM"];

/** A signal's name without "SIG" from a number or a name; undefined when there is none. */
export function signalOf(text: string): string | undefined {
  if (/^\d+$/.test(text)) {
    return signalNames[Number(text)];
  }
  const name = text.toUpperCase().replace(/^SIG/, "");
  return signalNames.includes(name) ? name : undefined;
}

/** The signal as processes here know it; undefined for those that change nothing for them. */
export function deliverable(name: string): SignalName | undefined {
  if (known.includes(name)) {
    return `SIG${name}` as SignalName;
  }
  // those that would end a process by default end it here, too
  const ends = ["ABRT", "ALRM", "BUS", "FPE", "ILL", "PIPE", "SEGV", "SYS", "TRAP", "XCPU", "XFSZ"];
  return ends.includes(name) ? "SIGKILL" : undefined;
}
