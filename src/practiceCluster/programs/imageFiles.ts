import { posix } from "node:path";
import { MemoryTree } from "./fileSystem/memoryTree.ts";
import { programFile } from "./kit/findProgram.ts";
import type { Image } from "./program.ts";

/** When the images were made: their files are that old. */
const madeAt = Date.UTC(2026, 0, 1);
const devices = ["null", "zero", "full", "random", "urandom", "tty"];
const trees = new Map<string, MemoryTree>();

/** The file tree of an image, made once: programs, files, links, and devices. Containers fork it. */
export function imageFiles(image: Image, version: string): MemoryTree {
  const key = `${image.repository}:${version}`;
  const tree = trees.get(key) ?? makeTree(image, version);
  trees.set(key, tree);
  return tree;
}

function makeTree(image: Image, version: string): MemoryTree {
  const links = Object.entries(image.links ?? {});
  const resolved = (path: string) => {
    const link = links.find(([from]) => path === from || path.startsWith(`${from}/`));
    return link ? posix.resolve(posix.dirname(link[0]), link[1]) + path.slice(link[0].length) : path;
  };
  const files = Object.entries(image.files(version)).map(
    ([path, contents]) => [resolved(path), contents] as const,
  );
  const tree = MemoryTree.of(Object.fromEntries(files), { modifiedAt: madeAt });
  for (const path of Object.keys(image.programs(version))) {
    const place = resolved(path);
    tree.makeFolders(posix.dirname(place), madeAt);
    tree.putFile(place, programFile(path), 0o755, madeAt);
  }
  for (const [path, target] of links) {
    const folder = posix.resolve(posix.dirname(path), target);
    if (!posix.extname(folder) && !folder.startsWith("/dev/")) {
      tree.makeFolders(folder, madeAt);
    }
    tree.makeFolders(posix.dirname(path), madeAt);
    tree.putLink(path, target, madeAt);
  }
  addDevices(tree);
  return tree;
}

function addDevices(tree: MemoryTree): void {
  for (const folder of ["/dev/shm", "/dev/pts", "/proc", "/tmp", "/etc"]) {
    tree.makeFolders(folder, madeAt);
  }
  for (const device of devices) {
    tree.putFile(`/dev/${device}`, "", 0o666, madeAt);
  }
  for (const [name, number] of [
    ["stdin", 0],
    ["stdout", 1],
    ["stderr", 2],
  ] as const) {
    tree.putLink(`/dev/${name}`, `/proc/self/fd/${number}`, madeAt);
  }
  tree.change("/tmp").mode = 0o1777;
}
