/** Who may use the engine: one session at a time, in the order of asking. */
export class Turns {
  #holder: object | undefined;
  readonly #waiting: { readonly session: object; readonly start: () => void }[] = [];

  /** Resolves when it is `session`'s turn; at once when it has it already. */
  take(session: object): Promise<void> {
    if (this.#holder === undefined || this.#holder === session) {
      this.#holder = session;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#waiting.push({ session, start: resolve }));
  }

  /** Ends `session`'s turn, or its wait for one. */
  giveUp(session: object): void {
    if (this.#holder !== session) {
      return;
    }
    const next = this.#waiting.shift();
    this.#holder = next?.session;
    next?.start();
  }

  get free(): boolean {
    return this.#holder === undefined;
  }
}
