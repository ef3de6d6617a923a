export interface Variable {
  value: string | undefined;
  isExported: boolean;
  isReadonly: boolean;
  /** Elements of a bash array by index; `value` is not used then. */
  elements?: Map<number, string> | undefined;
}

/** An attempt to change what `readonly` fixed. */
export class ReadonlyVariable extends Error {
  readonly variable: string;

  constructor(variable: string) {
    super(`${variable}: is read only`);
    this.variable = variable;
  }
}

/** A shell's variables, with the local ones of functions. */
export class Variables {
  readonly #all: Map<string, Variable>;
  /** What `local` hid, innermost function last. */
  readonly #hidden: Map<string, Variable | undefined>[];

  constructor(all = new Map<string, Variable>(), depth = 0) {
    this.#all = all;
    this.#hidden = Array.from({ length: depth }, () => new Map());
  }

  /** A copy for a subshell. */
  copy(): Variables {
    const all = new Map<string, Variable>();
    for (const [name, variable] of this.#all) {
      all.set(name, { ...variable, elements: variable.elements && new Map(variable.elements) });
    }
    return new Variables(all, this.#hidden.length);
  }

  find(name: string): Variable | undefined {
    return this.#all.get(name);
  }

  get(name: string): string | undefined {
    const found = this.#all.get(name);
    return found?.elements ? found.elements.get(0) : found?.value;
  }

  names(): string[] {
    return [...this.#all.keys()].sort();
  }

  /** Throws ReadonlyVariable. */
  set(name: string, value: string): void {
    const found = this.#changeable(name);
    if (!found) {
      this.#all.set(name, { value, isExported: false, isReadonly: false });
    } else if (found.elements) {
      found.elements.set(0, value);
    } else {
      found.value = value;
    }
  }

  /** Sets one element of an array; a plain variable becomes one. */
  setElement(name: string, index: number, value: string): void {
    const found = this.#changeable(name) ?? this.declare(name);
    found.elements ??= new Map(found.value === undefined ? [] : [[0, found.value]]);
    found.elements.set(index, value);
  }

  setArray(name: string, elements: readonly string[]): void {
    const found = this.#changeable(name) ?? this.declare(name);
    found.elements = new Map(elements.entries());
  }

  /** Makes the variable without a value if it is not there. */
  declare(name: string): Variable {
    const found = this.#all.get(name) ?? { value: undefined, isExported: false, isReadonly: false };
    this.#all.set(name, found);
    return found;
  }

  unset(name: string): void {
    this.#changeable(name);
    this.#all.delete(name);
  }

  /** Hides a variable until the function returns. Returns false outside of functions. */
  makeLocal(name: string, keepsValue: boolean): boolean {
    const frame = this.#hidden.at(-1);
    if (!frame) {
      return false;
    }
    const found = this.#changeable(name);
    if (!frame.has(name)) {
      frame.set(name, found);
      const value = keepsValue ? found?.value : undefined;
      this.#all.set(name, { value, isExported: found?.isExported ?? false, isReadonly: false });
    }
    return true;
  }

  enterFunction(): void {
    this.#hidden.push(new Map());
  }

  leaveFunction(): void {
    for (const [name, hidden] of this.#hidden.pop() ?? []) {
      if (hidden) {
        this.#all.set(name, hidden);
      } else {
        this.#all.delete(name);
      }
    }
  }

  /** What children get. */
  environment(): Record<string, string> {
    const environment: Record<string, string> = {};
    for (const [name, { value, isExported }] of this.#all) {
      if (isExported && value !== undefined) {
        environment[name] = value;
      }
    }
    return environment;
  }

  #changeable(name: string): Variable | undefined {
    const found = this.#all.get(name);
    if (found?.isReadonly) {
      throw new ReadonlyVariable(name);
    }
    return found;
  }
}
