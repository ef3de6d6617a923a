export interface FileStatus {
  readonly type: "file" | "directory" | "symlink";
  readonly size: number;
  /** Permission bits, for example 0o644. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
}

/**
 * The file tree of one container: the image's files, a layer for what the container writes, and mounts.
 * Paths are absolute POSIX paths; symbolic links are resolved inside the tree only, so that no path ever
 * leads to the learner's files. Methods throw errors with a `code`: ENOENT, ENOTDIR, EISDIR, EEXIST,
 * EROFS, EACCES, ENOTEMPTY, ELOOP, ENOSPC.
 */
export interface ContainerFileSystem {
  status(path: string, options?: { followLinks?: boolean }): FileStatus;
  exists(path: string): boolean;
  read(path: string): Buffer;
  write(path: string, contents: Buffer | string, options?: { append?: boolean; mode?: number }): void;
  list(path: string): readonly string[];
  makeDirectory(path: string, options?: { recursive?: boolean; mode?: number }): void;
  remove(path: string, options?: { recursive?: boolean }): void;
  rename(from: string, to: string): void;
  link(target: string, path: string): void;
  readLink(path: string): string;
  changeMode(path: string, mode: number): void;
  changeOwner(path: string, uid: number, gid: number): void;
  touch(path: string, modifiedAt: number): void;
  /** The folder on the learner's disk behind a path on a volume, for programs that need real files (PostgreSQL); undefined elsewhere. */
  hostPath(path: string): string | undefined;
  /** The mount that holds `path`: its mount point, kind and sizes in bytes (for df and du). */
  mountOf(path: string): { readonly mountPoint: string; readonly kind: string; readonly readOnly: boolean };
}
