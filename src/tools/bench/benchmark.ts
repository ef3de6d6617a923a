/** One measured figure, its bar, and what it is compared with. */
export interface Figure {
  readonly name: string;
  /** Several runs; the median is the figure. */
  readonly runs: readonly number[];
  readonly unit: "ms" | "MB" | "KB" | "%" | "per s";
  /** The most it may be ("per s": the least). */
  readonly bar: number;
  /** Measured on the same machine where it can be, else where and when it was seen. */
  readonly comparedWith?: { readonly what: string; readonly value: number };
}

/** One file a benchmark; named for `npm run bench -- NAME`. */
export interface Benchmark {
  readonly name: string;
  run(): Promise<readonly Figure[]>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (low + high) / 2;
}

/** The value below which the given share of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** Whether a figure keeps its bar. */
export function holds(figure: Figure): boolean {
  const value = median(figure.runs);
  return figure.unit === "per s" ? value >= figure.bar : value <= figure.bar;
}

/** A figure as one line: value, spread, bar, comparison and ratio. */
export function lineOf(figure: Figure): string {
  const { name, runs, unit, bar, comparedWith } = figure;
  const value = median(runs);
  const spread =
    runs.length > 1 ? ` (${show(Math.min(...runs))}–${show(Math.max(...runs))}, ${runs.length} runs)` : "";
  const sign = unit === "per s" ? "≥" : "≤";
  const ratio = comparedWith
    ? `; ${comparedWith.what}: ${show(comparedWith.value)} ${unit}, ratio ${show(value / comparedWith.value)}`
    : "";
  return `${holds(figure) ? "✓" : "✗"} ${name}: ${show(value)} ${unit}${spread}, bar ${sign} ${bar} ${unit}${ratio}`;
}

function show(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
