import { compareFiles, isFileTest, type TestContext, testFile, testText } from "./testOperators.ts";

/** Why an expression of `test` cannot be evaluated (exit code 2). */
export class TestProblem extends Error {
  readonly problem: "notNumber" | "unary" | "binary" | "tooMany" | "missingOperand";
  readonly operand: string;
  readonly operands: readonly string[];

  constructor(problem: TestProblem["problem"], operand: string, operands: readonly string[]) {
    super(problem);
    this.problem = problem;
    this.operand = operand;
    this.operands = operands;
  }
}

const numeric: Readonly<Record<string, (a: bigint, b: bigint) => boolean>> = {
  "-eq": (a, b) => a === b,
  "-ne": (a, b) => a !== b,
  "-lt": (a, b) => a < b,
  "-le": (a, b) => a <= b,
  "-gt": (a, b) => a > b,
  "-ge": (a, b) => a >= b,
};
const textual: Readonly<Record<string, (a: string, b: string) => boolean>> = {
  "=": (a, b) => a === b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
};
const fileComparisons = ["-nt", "-ot", "-ef"];

const isUnary = (word: string | undefined) =>
  word !== undefined && (word === "-n" || word === "-z" || isFileTest(word));
const isBinary = (word: string | undefined) =>
  word !== undefined && (word in numeric || word in textual || fileComparisons.includes(word));

/** Evaluates the operands of `test` (XCU test: by their number, then with -a and -o). Throws TestProblem. */
export function testExpression(operands: readonly string[], context: TestContext): boolean {
  return new TestExpression(operands, context).evaluate();
}

class TestExpression {
  readonly #operands: readonly string[];
  readonly #context: TestContext;
  #next = 0;

  constructor(operands: readonly string[], context: TestContext) {
    this.#operands = operands;
    this.#context = context;
  }

  evaluate(): boolean {
    const [first, second, third] = this.#operands;
    const count = this.#operands.length;
    if (count <= 1) {
      return (first ?? "") !== "";
    }
    if (count === 3 && isBinary(second)) {
      return this.#binary(first ?? "", second ?? "", third ?? "");
    }
    if (count === 2 && first !== "!" && !isUnary(first)) {
      throw new TestProblem("unary", first ?? "", this.#operands);
    }
    if (count === 3 && first !== "!" && first !== "(" && second !== "-a" && second !== "-o") {
      throw new TestProblem("binary", second ?? "", this.#operands);
    }
    const value = this.#or();
    if (this.#next < count) {
      throw new TestProblem("tooMany", this.#operands[this.#next] ?? "", this.#operands);
    }
    return value;
  }

  #or(): boolean {
    let left = this.#and();
    while (this.#take("-o")) {
      const right = this.#and();
      left = left || right;
    }
    return left;
  }

  #and(): boolean {
    let left = this.#not();
    while (this.#take("-a")) {
      const right = this.#not();
      left = left && right;
    }
    return left;
  }

  #take(word: string): boolean {
    const isNext = this.#operands[this.#next] === word;
    this.#next += Number(isNext);
    return isNext;
  }

  #not(): boolean {
    return this.#take("!") ? !this.#not() : this.#primary();
  }

  #primary(): boolean {
    const [word, second, third] = this.#operands.slice(this.#next);
    if (word === undefined) {
      throw new TestProblem("missingOperand", this.#operands.at(-1) ?? "", this.#operands);
    }
    if (isBinary(second) && third !== undefined) {
      this.#next += 3;
      return this.#binary(word, second ?? "", third);
    }
    if (this.#take("(")) {
      const inner = this.#or();
      if (!this.#take(")")) {
        throw new TestProblem("missingOperand", ")", this.#operands);
      }
      return inner;
    }
    if (isUnary(word) && second !== undefined) {
      this.#next += 2;
      return testText(word, second) ?? testFile(word, second, this.#context);
    }
    this.#next++;
    return word !== "";
  }

  #binary(left: string, operator: string, right: string): boolean {
    const text = textual[operator];
    if (text) {
      return text(left, right);
    }
    const compare = numeric[operator];
    if (compare) {
      return compare(this.#number(left), this.#number(right));
    }
    return compareFiles(left, operator, right, this.#context) ?? false;
  }

  #number(text: string): bigint {
    if (!/^\s*[-+]?\d+\s*$/.test(text)) {
      throw new TestProblem("notNumber", text, this.#operands);
    }
    return BigInt(text.trim().replace(/^\+/, ""));
  }
}
