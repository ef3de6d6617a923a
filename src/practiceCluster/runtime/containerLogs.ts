import { ContainerLog } from "./containerLog.ts";

/** The logs of a container's last two runs; older ones are gone, as the kubelet's garbage collection leaves them. */
export class ContainerLogs {
  readonly #now: () => number;
  #runs: { readonly id: string; readonly log: ContainerLog }[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The log of a run that begins. */
  begin(containerId: string): ContainerLog {
    const log = new ContainerLog(this.#now);
    this.#runs = [...this.#runs.slice(-1), { id: containerId, log }];
    return log;
  }

  of(containerId: string | undefined): ContainerLog | undefined {
    return this.#runs.find(({ id }) => id === containerId)?.log;
  }
}
