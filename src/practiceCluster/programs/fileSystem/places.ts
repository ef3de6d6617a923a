import * as fs from "node:fs";
import { join, posix } from "node:path";
import { fileFault, type MemoryTree } from "./memoryTree.ts";

/** A folder of the tree that is not the container's own layer. */
export interface Mount {
  readonly mountPath: string;
  readonly readOnly: boolean;
  readonly kind: string;
  /** A folder on disk, or a tree in memory that several containers share. */
  readonly source:
    | { readonly folder: string }
    /** Or what lies `below` a folder of that tree. */
    | { readonly tree: MemoryTree; readonly below?: string };
}

/** Where a path ends up after mounts and links: in memory, or on disk below a mount's folder. */
export type Place =
  | {
      readonly kind: "memory";
      readonly tree: MemoryTree;
      readonly path: string;
      readonly mount: Mount | undefined;
    }
  | { readonly kind: "disk"; readonly folder: string; readonly path: string; readonly mount: Mount };

const mostLinks = 40;

/** Leads paths of a container to their places. */
export class Places {
  readonly #own: MemoryTree;
  readonly #mounts: readonly Mount[];

  constructor(own: MemoryTree, mounts: readonly Mount[], now: number) {
    this.#own = own;
    this.#mounts = mounts
      .map((mount) => ({ ...mount, mountPath: withoutLinks(own, posix.resolve("/", mount.mountPath)) }))
      .sort((a, b) => b.mountPath.length - a.mountPath.length);
    for (const { mountPath } of [...this.#mounts].reverse()) {
      own.makeFolders(mountPath, now);
    }
  }

  /** Walks the path part by part, following links inside the tree: none leads out of it. Throws ELOOP. */
  resolve(path: string, followLast: boolean, depth = 0): Place {
    if (depth > mostLinks) {
      throw fileFault("ELOOP", path);
    }
    const parts = posix.resolve("/", path).split("/").filter(Boolean);
    let current = "";
    for (const [index, part] of parts.entries()) {
      const folder = current || "/";
      current = `${current}/${part}`;
      const isLast = index === parts.length - 1;
      const target = isLast && !followLast ? undefined : linkTarget(this.#placeOf(current));
      if (target !== undefined) {
        const rest = parts.slice(index + 1).join("/");
        return this.resolve(posix.resolve(folder, target, rest), followLast, depth + 1);
      }
    }
    return this.#placeOf(current || "/");
  }

  #placeOf(path: string): Place {
    const mount = this.#mounts.find(
      ({ mountPath }) => path === mountPath || path.startsWith(mountPath === "/" ? "/" : `${mountPath}/`),
    );
    if (!mount) {
      return { kind: "memory", tree: this.#own, path, mount };
    }
    const inside = posix.resolve("/", path.slice(mount.mountPath.length));
    return "folder" in mount.source
      ? { kind: "disk", folder: mount.source.folder, path: inside, mount }
      : {
          kind: "memory",
          tree: mount.source.tree,
          path: posix.join(mount.source.below ?? "/", inside),
          mount,
        };
  }
}

/** A path in which the links of the image are followed: /var/run may be /run. */
function withoutLinks(tree: MemoryTree, path: string): string {
  let current = "/";
  for (const part of path.split("/").filter(Boolean)) {
    const next = posix.join(current, part);
    const found = tree.find(next);
    current = found?.type === "symlink" ? withoutLinks(tree, posix.resolve(current, found.target)) : next;
  }
  return current;
}

function linkTarget(place: Place): string | undefined {
  if (place.kind === "memory") {
    const found = place.tree.find(place.path);
    return found?.type === "symlink" ? found.target : undefined;
  }
  const target = join(place.folder, place.path);
  const status = fs.lstatSync(target, { throwIfNoEntry: false });
  return status?.isSymbolicLink() ? fs.readlinkSync(target) : undefined;
}

/** Makes a mount's folder on disk. */
export function makeMountFolder(folder: string): void {
  fs.mkdirSync(folder, { recursive: true });
}
