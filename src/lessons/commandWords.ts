/**
 * Splits a command line into words as a POSIX shell does for plain words and quotes.
 * Undefined where only a shell could tell: pipes, variables, substitutions, redirections, several commands.
 */
export function commandWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  const token = /\s*((?:'[^']*'|"[^"$`\\]*"|[^\s'"|&;<>()$`\\#*?[\]{}~!]|[{}[\]](?=\S*))+)/y;
  let end = 0;
  while (end < line.trimEnd().length) {
    token.lastIndex = end;
    const match = token.exec(line);
    if (!match?.[1]) {
      return undefined;
    }
    words.push(match[1].replace(/'([^']*)'|"([^"]*)"/g, (_all, single, double) => single ?? double ?? ""));
    end = token.lastIndex;
  }
  return words;
}
