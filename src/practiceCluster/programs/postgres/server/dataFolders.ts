import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ContainerFileSystem } from "../../fileSystem.ts";

/*
 * The engine needs a folder on disk. On a volume it is the volume's own; a data folder in a container's
 * own layer, which is lost with the container anyway, stands for a temporary one.
 */

const temporaryFolders = new WeakMap<ContainerFileSystem, Map<string, string>>();
const markers = ["PG_VERSION", "pg_hba.conf", "postgresql.conf"];

/** The folder on disk for the data folder `path` of a container. */
export function folderOnDisk(files: ContainerFileSystem, path: string): string {
  const onVolume = files.hostPath(path);
  if (onVolume !== undefined) {
    return onVolume;
  }
  const folders = temporaryFolders.get(files) ?? new Map<string, string>();
  temporaryFolders.set(files, folders);
  const folder = folders.get(path) ?? mkdtempSync(join(tmpdir(), "practice-postgres-"));
  folders.set(path, folder);
  return folder;
}

/** Removes what folderOnDisk made for a container; called when the container ends. */
export function removeTemporaryFolders(files: ContainerFileSystem): void {
  for (const folder of temporaryFolders.get(files)?.values() ?? []) {
    rmSync(folder, { recursive: true, force: true });
  }
  temporaryFolders.delete(files);
}

/** Lets the container see the files that people look for, where its own layer does not hold the real ones. */
export function showMarkers(files: ContainerFileSystem, path: string, read: (name: string) => Buffer): void {
  if (files.hostPath(path) === undefined) {
    for (const name of markers) {
      files.write(`${path}/${name}`, read(name));
    }
  }
}
