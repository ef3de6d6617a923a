import { posix } from "node:path";
import type { ContainerFileSystem } from "../../fileSystem.ts";
import { isPattern, patternExpression, unescapePattern } from "../../kit/pattern.ts";

/**
 * The paths that a pattern matches, sorted; none when there are none. Hidden files want a dot in the pattern;
 * `withDots`: such a pattern also matches `.` and `..`.
 */
export function glob(
  pattern: string,
  files: ContainerFileSystem,
  directory: string,
  { withDots = false }: { readonly withDots?: boolean } = {},
): string[] {
  const isAbsolute = pattern.startsWith("/");
  const segments = pattern.split("/").filter((segment) => segment !== "");
  let found = [isAbsolute ? "/" : ""];
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    found = found.flatMap((folder) => matchesIn(folder, segment, isLast, files, directory, withDots));
  }
  return pattern.endsWith("/") ? found.map((path) => `${path}/`) : found;
}

function matchesIn(
  folder: string,
  segment: string,
  isLast: boolean,
  files: ContainerFileSystem,
  directory: string,
  withDots: boolean,
): string[] {
  const join = (name: string) => (folder === "" || folder === "/" ? folder + name : `${folder}/${name}`);
  const at = (path: string) => posix.resolve(directory, path);
  if (!isPattern(segment)) {
    const path = join(unescapePattern(segment));
    return exists(at(path), files) ? [path] : [];
  }
  const expression = patternExpression(segment);
  const hidden = segment.startsWith(".") && withDots ? [".", ".."] : [];
  return [...hidden, ...namesIn(at(folder || "."), files)]
    .filter((name) => expression.test(name) && (segment.startsWith(".") || !name.startsWith(".")))
    .map(join)
    .filter((path) => isLast || isFolder(at(path), files));
}

function exists(path: string, files: ContainerFileSystem): boolean {
  try {
    files.status(path, { followLinks: false });
    return true;
  } catch {
    return false;
  }
}

function isFolder(path: string, files: ContainerFileSystem): boolean {
  return files.exists(path) && files.status(path).type === "directory";
}

function namesIn(path: string, files: ContainerFileSystem): readonly string[] {
  try {
    return files.list(path);
  } catch {
    return [];
  }
}
