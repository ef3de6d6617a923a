/** What is wrong with an arithmetic expression; each shell words it in its own way. */
export class ArithmeticError extends Error {
  readonly problem: "syntax" | "division" | "recursion";
  readonly expression: string;
  /** The rest of the expression from the place of the error. */
  readonly rest: string;

  constructor(problem: ArithmeticError["problem"], expression: string, rest = "") {
    super(`arithmetic: ${problem}`);
    this.problem = problem;
    this.expression = expression;
    this.rest = rest;
  }
}

/** Where an expression reads and writes its variables. */
export interface ArithmeticVariables {
  get(name: string, index: number | undefined): string | undefined;
  set(name: string, index: number | undefined, value: string): void;
}

type Operator = (left: bigint, right: bigint) => bigint;
const truth = (is: boolean) => (is ? 1n : 0n);
const wrap = (value: bigint) => BigInt.asIntN(64, value);

/** Binary operators of C from the loosest to the tightest, without the lazy ones. */
const levels: readonly Readonly<Record<string, Operator>>[] = [
  { "|": (a, b) => a | b },
  { "^": (a, b) => a ^ b },
  { "&": (a, b) => a & b },
  { "==": (a, b) => truth(a === b), "!=": (a, b) => truth(a !== b) },
  {
    "<=": (a, b) => truth(a <= b),
    ">=": (a, b) => truth(a >= b),
    "<": (a, b) => truth(a < b),
    ">": (a, b) => truth(a > b),
  },
  { "<<": (a, b) => wrap(a << (b & 63n)), ">>": (a, b) => a >> (b & 63n) },
  { "+": (a, b) => wrap(a + b), "-": (a, b) => wrap(a - b) },
  { "*": (a, b) => wrap(a * b), "/": (a, b) => a / b, "%": (a, b) => a % b },
];

const assignments: Readonly<Record<string, Operator>> = {
  "=": (_, b) => b,
  ...Object.fromEntries(
    levels.flatMap((level) =>
      Object.entries(level)
        .filter(([operator]) => !/[=!]|^[<>]$/.test(operator))
        .map(([operator, apply]) => [`${operator}=`, apply]),
    ),
  ),
};

const tokenExpression =
  /\s*(<<=|>>=|\*\*|[-+*/%&|^]=|<<|>>|<=|>=|==|!=|&&|\|\||\+\+|--|0[xX][0-9A-Fa-f]+|\d+#\w+|\d\w*|[A-Za-z_]\w*|[-+*/%<>=!&|^~?:(),[\]])/y;
const deepest = 100;

interface Place {
  readonly name: string;
  readonly index: number | undefined;
}

/**
 * Evaluates an expression of 64-bit integers; `isPosix` leaves out what POSIX does (`++`, `--`, `**`, commas).
 * Throws ArithmeticError.
 */
export function evaluate(
  expression: string,
  variables: ArithmeticVariables,
  { depth = 0, isPosix = false }: { readonly depth?: number; readonly isPosix?: boolean } = {},
): bigint {
  return new Evaluation(expression, variables, depth, isPosix).run();
}

class Evaluation {
  readonly #text: string;
  readonly #variables: ArithmeticVariables;
  readonly #depth: number;
  readonly #isPosix: boolean;
  #tokens: { readonly text: string; readonly at: number }[] = [];
  #next = 0;
  /** Above 0 in a branch that C would not evaluate. */
  #skipped = 0;

  constructor(text: string, variables: ArithmeticVariables, depth: number, isPosix: boolean) {
    this.#text = text;
    this.#variables = variables;
    this.#depth = depth;
    this.#isPosix = isPosix;
  }

  run(): bigint {
    if (this.#depth > deepest) {
      throw new ArithmeticError("recursion", this.#text);
    }
    this.#tokens = this.#tokenize();
    if (this.#tokens.length === 0) {
      return 0n;
    }
    const value = this.#isPosix ? this.#assignment() : this.#comma();
    if (this.#next < this.#tokens.length) {
      this.#fail();
    }
    return value;
  }

  #tokenize() {
    const tokens: { text: string; at: number }[] = [];
    tokenExpression.lastIndex = 0;
    let end = 0;
    for (let match = tokenExpression.exec(this.#text); match; match = tokenExpression.exec(this.#text)) {
      tokens.push({ text: match[1] ?? "", at: match.index });
      end = tokenExpression.lastIndex;
    }
    if (this.#text.slice(end).trim() !== "") {
      throw new ArithmeticError("syntax", this.#text, this.#text.slice(end).trim());
    }
    return tokens;
  }

  #peek(): string | undefined {
    return this.#tokens[this.#next]?.text;
  }

  #take(text: string): boolean {
    const isNext = this.#peek() === text && !(this.#isPosix && ["++", "--", "**"].includes(text));
    this.#next += isNext ? 1 : 0;
    return isNext;
  }

  #fail(): never {
    const at = this.#tokens[this.#next]?.at;
    throw new ArithmeticError("syntax", this.#text, at === undefined ? "" : this.#text.slice(at).trim());
  }

  #comma(): bigint {
    let value = this.#assignment();
    while (this.#take(",")) {
      value = this.#assignment();
    }
    return value;
  }

  #assignment(): bigint {
    const start = this.#next;
    const place = this.#place();
    const operator = this.#peek() ?? "";
    if (!place || !Object.hasOwn(assignments, operator)) {
      this.#next = start;
      return this.#ternary();
    }
    this.#next++;
    const right = this.#assignment();
    const apply = assignments[operator];
    const left = operator === "=" ? 0n : this.#read(place);
    return this.#write(place, apply ? this.#apply(operator, apply, left, right) : right);
  }

  #place(): Place | undefined {
    const name = this.#peek();
    if (name === undefined || !/^[A-Za-z_]/.test(name)) {
      return undefined;
    }
    this.#next++;
    if (!this.#take("[")) {
      return { name, index: undefined };
    }
    const index = Number(this.#comma());
    if (!this.#take("]")) {
      this.#fail();
    }
    return { name, index };
  }

  #ternary(): bigint {
    const condition = this.#or();
    if (!this.#take("?")) {
      return condition;
    }
    const yes = this.#lazily(condition !== 0n, () => this.#comma());
    if (!this.#take(":")) {
      this.#fail();
    }
    const no = this.#lazily(condition === 0n, () => this.#assignment());
    return condition !== 0n ? yes : no;
  }

  #or(): bigint {
    let left = this.#and();
    while (this.#take("||")) {
      const right = this.#lazily(left === 0n, () => this.#and());
      left = truth(left !== 0n || right !== 0n);
    }
    return left;
  }

  #and(): bigint {
    let left = this.#binary(0);
    while (this.#take("&&")) {
      const right = this.#lazily(left !== 0n, () => this.#binary(0));
      left = truth(left !== 0n && right !== 0n);
    }
    return left;
  }

  #lazily(isNeeded: boolean, read: () => bigint): bigint {
    this.#skipped += isNeeded ? 0 : 1;
    try {
      return read();
    } finally {
      this.#skipped -= isNeeded ? 0 : 1;
    }
  }

  #binary(level: number): bigint {
    const operators = levels[level];
    if (!operators) {
      return this.#power();
    }
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = this.#peek() ?? "";
      const apply = Object.hasOwn(operators, operator) ? operators[operator] : undefined;
      if (!apply) {
        return left;
      }
      this.#next++;
      left = this.#apply(operator, apply, left, this.#binary(level + 1));
    }
  }

  #apply(operator: string, apply: Operator, left: bigint, right: bigint): bigint {
    if (right === 0n && /^[/%]/.test(operator)) {
      if (this.#skipped > 0) {
        return 0n;
      }
      throw new ArithmeticError("division", this.#text, this.#tokens[this.#next - 1]?.text ?? "0");
    }
    return apply(left, right);
  }

  #power(): bigint {
    const base = this.#unary();
    return this.#take("**") ? wrap(base ** this.#power()) : base;
  }

  #unary(): bigint {
    if (this.#take("!")) {
      return truth(this.#unary() === 0n);
    }
    if (this.#take("~")) {
      return ~this.#unary();
    }
    if (this.#take("-")) {
      return wrap(-this.#unary());
    }
    if (this.#take("+")) {
      return this.#unary();
    }
    const step = this.#take("++") ? 1n : this.#take("--") ? -1n : 0n;
    if (step !== 0n) {
      const place = this.#place() ?? this.#fail();
      return this.#write(place, this.#read(place) + step);
    }
    return this.#primary();
  }

  #primary(): bigint {
    if (this.#take("(")) {
      const value = this.#comma();
      if (!this.#take(")")) {
        this.#fail();
      }
      return value;
    }
    const place = this.#place();
    if (place) {
      const value = this.#read(place);
      const step = this.#take("++") ? 1n : this.#take("--") ? -1n : 0n;
      if (step !== 0n) {
        this.#write(place, value + step);
      }
      return value;
    }
    const token = this.#peek();
    const value = token !== undefined && /^\d/.test(token) ? numberOf(token) : undefined;
    if (value === undefined) {
      return this.#fail();
    }
    this.#next++;
    return value;
  }

  /** A variable's value is an expression in its turn. */
  #read({ name, index }: Place): bigint {
    if (this.#skipped > 0) {
      return 0n;
    }
    const text = this.#variables.get(name, index) ?? "";
    return (
      numberOf(text.trim()) ??
      evaluate(text, this.#variables, { depth: this.#depth + 1, isPosix: this.#isPosix })
    );
  }

  #write({ name, index }: Place, value: bigint): bigint {
    if (this.#skipped === 0) {
      this.#variables.set(name, index, String(wrap(value)));
    }
    return value;
  }
}

/** A number as C and shells write it; undefined where it is none. */
function numberOf(text: string): bigint | undefined {
  if (/^0[xX][0-9A-Fa-f]+$/.test(text) || /^(?:[1-9]\d*|0)$/.test(text)) {
    return wrap(BigInt(text));
  }
  if (/^0[0-7]+$/.test(text)) {
    return wrap(BigInt(`0o${text.slice(1)}`));
  }
  const [, base, digits = ""] = /^(\d+)#(\w+)$/.exec(text) ?? [];
  const value = base === undefined ? Number.NaN : Number.parseInt(digits, Number(base));
  return Number.isNaN(value) ? undefined : BigInt(value);
}
