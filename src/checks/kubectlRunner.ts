import type { Clock, Timer } from "../common/clock.ts";
import type { Disposable } from "../common/disposable.ts";
import type { Kubectl, KubectlOutcome } from "../kubectl/kubectl.ts";
import type { KubectlCheck } from "../lessons/check.ts";
import { resourceKey } from "./clusterFollower.ts";
import { judgeKubectlRun } from "./kubectlCheck.ts";
import type { Finding } from "./verdict.ts";

/** Changes that come closer together than this cost one kubectl. */
const burstMs = 100;
const timeLimitMs = 10_000;

/** Runs one kubectl check: never two at a time, again when something changed meanwhile. */
export class KubectlRunner implements Disposable {
  readonly check: KubectlCheck;
  finding: Finding | undefined;
  readonly #kubectl: Kubectl;
  readonly #namespace: string;
  readonly #clock: Clock;
  readonly #done: () => void;
  readonly #ending = new AbortController();
  #timer: Timer | undefined;
  #isRunning = false;
  #isStale = false;

  constructor(check: KubectlCheck, kubectl: Kubectl, namespace: string, clock: Clock, done: () => void) {
    this.check = check;
    this.#kubectl = kubectl;
    this.#namespace = namespace;
    this.#clock = clock;
    this.#done = done;
  }

  /** Asks for a run when the check names that resource. */
  resourceChanged(key: string): void {
    if (this.check.watches.some((query) => resourceKey(query) === key)) {
      this.ask();
    }
  }

  /** Asks for a run: at the end of this burst, or right after the one that is under way. */
  ask(afterMs = burstMs): void {
    if (this.#isRunning) {
      this.#isStale = true;
      return;
    }
    this.#timer?.cancel();
    if (!this.#ending.signal.aborted) {
      this.#timer = this.#clock.after(afterMs, () => void this.#run());
    }
  }

  dispose(): void {
    this.#timer?.cancel();
    this.#ending.abort();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    this.#isStale = false;
    const outcome = await this.#outcome();
    this.#isRunning = false;
    if (this.#ending.signal.aborted) {
      return;
    }
    this.finding = judgeKubectlRun(this.check, outcome);
    this.#done();
    this.#askAgain();
  }

  #askAgain(): void {
    if (this.#isStale) {
      this.ask();
    } else if (this.check.repeatSeconds && this.finding?.verdict.state !== "passed") {
      this.ask(this.check.repeatSeconds * 1000);
    }
  }

  #outcome(): Promise<KubectlOutcome> {
    return this.#kubectl
      .run(kubectlArguments(this.check, this.#namespace), {
        signal: this.#ending.signal,
        timeLimitMs,
        askedBy: `check ${this.check.id}`,
      })
      .catch((error) => ({
        state: "notStarted",
        detail: error instanceof Error ? error.message : String(error),
      }));
  }
}

/** Arguments of kubectl with the chapter's namespace, put before what follows `--`. */
export function kubectlArguments({ args }: Pick<KubectlCheck, "args">, namespace: string): readonly string[] {
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  return [...own, "-n", namespace, ...(end < 0 ? [] : args.slice(end))];
}

/** The same as one line that a shell takes. */
export function commandLine(args: readonly string[]): string {
  const quoted = args.map((arg) =>
    /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`,
  );
  return ["kubectl", ...quoted].join(" ");
}
