/** A name pattern of \d and its kin as conditions on a schema and a name (psql's processSQLNamePattern). */
export interface NamePattern {
  readonly schema: string | undefined;
  readonly name: string | undefined;
}

/** Reads "schema.na*me"; quoted parts keep their case. Each part is a regular expression of PostgreSQL. */
export function readPattern(pattern: string): NamePattern {
  const parts: string[] = [""];
  for (const [, quoted, dot, star, question, other] of pattern.matchAll(
    /"((?:[^"]|"")*)"|(\.)|(\*)|(\?)|([\s\S])/g,
  )) {
    if (dot) {
      parts.push("");
      continue;
    }
    const piece =
      quoted !== undefined
        ? escaped(quoted.replaceAll('""', '"'))
        : star
          ? ".*"
          : question
            ? "."
            : escaped((other ?? "").toLowerCase());
    parts.push((parts.pop() ?? "") + piece);
  }
  const name = parts.at(-1);
  return { schema: parts.at(-2), name: name === "" ? undefined : name };
}

const escaped = (value: string) => value.replace(/[$+(){}|\\^[\]]/g, "\\$&");

/** A condition that `column` matches the whole pattern. */
export function matchesCondition(column: string, pattern: string): string {
  return `${column} OPERATOR(pg_catalog.~) '^(${pattern.replaceAll("'", "''")})$' COLLATE pg_catalog.default`;
}
