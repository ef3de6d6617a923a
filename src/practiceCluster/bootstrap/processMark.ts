import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * What tells a living process from a later one that got the same number: when it began. Undefined when no process
 * has the number, or where the system does not say (the number alone has to do there).
 */
export function processMark(pid: number): string | undefined {
  switch (process.platform) {
    case "linux":
      return linuxMark(pid);
    case "darwin":
      return spawnSync("/bin/ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).stdout?.trim();
    default:
      return undefined;
  }
}

/** The start in clock ticks since boot (proc(5), field 22; the second may hold spaces), and which boot that was. */
function linuxMark(pid: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    // it was killed, and whoever started it has not asked yet how it ended
    if (fields[0] === "Z") {
      return "ended";
    }
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot}/${fields[19]}`;
  } catch {
    return undefined;
  }
}
