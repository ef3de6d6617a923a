import type { RunningProcess } from "../../program.ts";

export interface Job {
  readonly number: number;
  readonly process: RunningProcess;
  readonly text: string;
  /** Undefined while it runs. */
  code: number | undefined;
}

/** The background processes of a shell. */
export class Jobs {
  #jobs: Job[] = [];

  /** Returns the job's number. */
  add(process: RunningProcess, text: string): number {
    // ended jobs that nobody asked for are forgotten, so that a script which starts thousands stays small
    if (this.#jobs.length > 100) {
      this.#jobs = this.#jobs.filter(({ code }) => code === undefined).concat(this.#jobs.slice(-1));
    }
    const number = Math.max(0, ...this.#jobs.map((job) => job.number)) + 1;
    const job: Job = { number, process, text, code: undefined };
    this.#jobs.push(job);
    void process.exited.then((code) => {
      job.code = code;
    });
    return number;
  }

  get all(): readonly Job[] {
    return this.#jobs;
  }

  /** A job by `%1`, `%%`, `%+`, `%-` or `%text`, or by pid. */
  find(reference: string): Job | undefined {
    const running = this.#jobs.filter(({ code }) => code === undefined);
    if (["%", "%%", "%+"].includes(reference)) {
      return running.at(-1) ?? this.#jobs.at(-1);
    }
    if (reference === "%-") {
      return running.at(-2);
    }
    if (/^%\d+$/.test(reference)) {
      return this.#jobs.find(({ number }) => number === Number(reference.slice(1)));
    }
    return reference.startsWith("%")
      ? this.#jobs.find(({ text }) => text.startsWith(reference.slice(1)))
      : this.#jobs.find(({ process }) => process.pid === Number(reference));
  }

  forget(job: Job): void {
    this.#jobs = this.#jobs.filter((each) => each !== job);
  }
}
