import { MemoryTree } from "../programs/fileSystem/layeredFileSystem.ts";
import type { VolumeFiles } from "./container.ts";

/**
 * The files of a Secret, ConfigMap or projection as the kubelet lays them out (pkg/volume/util, AtomicWriter): in a
 * folder of their own, to which `..data` points, with a link for each first part of a path. So a new set of files
 * replaces the old one at once.
 */
export function writeVolume(tree: MemoryTree, files: VolumeFiles, now: number): void {
  for (const name of namesIn(tree)) {
    tree.take(`/${name}`, now);
  }
  const folder = `..${folderName(now)}`;
  tree.putFolder(`/${folder}`, 0o755, now);
  for (const [path, { contents, mode }] of files) {
    const place = `/${folder}/${path}`;
    tree.makeFolders(place.slice(0, place.lastIndexOf("/")), now);
    tree.putFile(place, contents, mode, now);
  }
  tree.putLink("/..data", folder, now);
  for (const first of new Set([...files.keys()].map((path) => path.split("/")[0] ?? ""))) {
    tree.putLink(`/${first}`, `..data/${first}`, now);
  }
}

/** A volume of its own: a single file (subPath), or the whole layout. */
export function volumeTree(files: VolumeFiles, now: number): MemoryTree {
  const only = files.get("");
  if (only) {
    return MemoryTree.ofFile(only.contents, only.mode, now);
  }
  const tree = new MemoryTree(undefined, now);
  writeVolume(tree, files, now);
  return tree;
}

/** Whether the volume holds exactly these files already. */
export function holds(tree: MemoryTree, files: VolumeFiles): boolean {
  const data = tree.find("/..data");
  const folder = data?.type === "symlink" ? tree.find(`/${data.target}`) : undefined;
  if (folder?.type !== "directory" || countFiles(tree, data) !== files.size) {
    return false;
  }
  return [...files].every(([path, { contents }]) => {
    const found = data?.type === "symlink" ? tree.find(`/${data.target}/${path}`) : undefined;
    return found?.type === "file" && found.contents.equals(contents);
  });
}

function countFiles(tree: MemoryTree, data: ReturnType<MemoryTree["find"]>): number {
  const count = (path: string): number => {
    const found = tree.find(path);
    return found?.type === "directory"
      ? [...found.children.keys()].reduce((sum, name) => sum + count(`${path}/${name}`), 0)
      : 1;
  };
  return data?.type === "symlink" ? count(`/${data.target}`) : 0;
}

function namesIn(tree: MemoryTree): string[] {
  const root = tree.find("/");
  return root?.type === "directory" ? [...root.children.keys()] : [];
}

/** "2026_11_23_04_20_13.000000123" */
function folderName(now: number): string {
  const [date = "", rest = ""] = new Date(now).toISOString().split("T");
  const [seconds = "", fraction = ""] = rest.replace("Z", "").split(".");
  return `${date.replaceAll("-", "_")}_${seconds.replaceAll(":", "_")}.${fraction.padEnd(9, "0")}`;
}
