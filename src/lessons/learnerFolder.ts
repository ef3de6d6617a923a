import { mkdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import type { Clock } from "../common/clock.ts";
import type { Chapter, Step } from "./course.ts";

/** The step's folder within the learner's course folder: "01-first-contact/02-missing-secret". */
export function stepFolder(courseFolder: string, chapter: Chapter, step: Step): string {
  const number = (value: string | number) => String(value).padStart(2, "0");
  const inChapter = step.id.split(".")[1] ?? "0";
  return join(courseFolder, `${number(chapter.number)}-${chapter.id}`, `${number(inChapter)}-${step.slug}`);
}

/** Writes the step's files that are not there yet. What the learner has is never touched. */
export async function writeMissingFiles(folder: string, step: Step): Promise<readonly string[]> {
  const written: string[] = [];
  for (const { path, content } of step.files) {
    if ((await readIfThere(join(folder, path))) === undefined) {
      await writeAtomically(join(folder, path), content);
      written.push(path);
    }
  }
  return written;
}

/** The files that came with the step or that its actions name, and that are not in the folder. */
export async function missingFiles(folder: string, step: Step): Promise<readonly string[]> {
  const named = step.actions.flatMap((action) => ("file" in action ? [action.file] : []));
  const wanted = [...new Set([...step.files.map(({ path }) => path), ...named])];
  const isThere = await Promise.all(wanted.map((path) => isPresent(join(folder, path))));
  return wanted.filter((_, index) => !isThere[index]);
}

/** Writes one file into the folder when it is not there yet. */
export async function createFile(folder: string, path: string, content: string): Promise<void> {
  if (!(await isPresent(join(folder, path)))) {
    await writeAtomically(join(folder, path), content);
  }
}

/** Puts one file into the folder; one that differs is copied aside first. Returns the copy's name, if one was made. */
export async function replaceFile(
  folder: string,
  path: string,
  content: string,
  clock: Clock,
): Promise<string | undefined> {
  const file = join(folder, path);
  const present = await readIfThere(file);
  if (present === content) {
    return undefined;
  }
  const copy = present === undefined ? undefined : await freeName(`${file}.${stamp(clock.now())}.bak`);
  if (copy && present !== undefined) {
    await writeAtomically(copy, present);
  }
  await writeAtomically(file, content);
  return copy;
}

/** Puts all files of the step back to how they came; edited ones are copied first. Returns the copies. */
export async function restoreFiles(folder: string, step: Step, clock: Clock): Promise<readonly string[]> {
  const copies: string[] = [];
  for (const { path, content } of step.files) {
    const copy = await replaceFile(folder, path, content, clock);
    if (copy) {
      copies.push(copy);
    }
  }
  return copies;
}

async function writeAtomically(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFileAtomic(file, content);
}

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") {
      return undefined;
    }
    throw error;
  });
}

async function freeName(wanted: string): Promise<string> {
  return (await isPresent(wanted)) ? freeName(`${wanted}~`) : wanted;
}

function isPresent(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

function stamp(now: number): string {
  return new Date(now).toISOString().replace(/[-:]/g, "").slice(0, 15);
}
