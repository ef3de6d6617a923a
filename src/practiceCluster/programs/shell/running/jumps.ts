/** `exit`, and whatever else ends this shell process. */
export class ShellExit extends Error {
  readonly status: number;
  /** An error ends a script with it; an interactive shell goes on. */
  readonly isOfFailure: boolean;

  constructor(status: number, { isOfFailure = false } = {}) {
    super("exit");
    this.status = status;
    this.isOfFailure = isOfFailure;
  }
}

/** `return` from a function or a sourced file. */
export class FunctionReturn extends Error {
  readonly status: number;

  constructor(status: number) {
    super("return");
    this.status = status;
  }
}

/** `break` and `continue`: `depth` loops are left or gone on with. */
export class LoopJump extends Error {
  readonly kind: "break" | "continue";
  depth: number;

  constructor(kind: LoopJump["kind"], depth: number) {
    super(kind);
    this.kind = kind;
    this.depth = depth;
  }
}

/** Ctrl-C at an interactive shell: back to the prompt. */
export class Interrupted extends Error {}
