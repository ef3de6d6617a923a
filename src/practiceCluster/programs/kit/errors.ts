/** What strerror says of an error's code. */
const texts: Readonly<Record<string, string>> = {
  ENOENT: "No such file or directory",
  ENOTDIR: "Not a directory",
  EISDIR: "Is a directory",
  EEXIST: "File exists",
  EROFS: "Read-only file system",
  EACCES: "Permission denied",
  EPERM: "Operation not permitted",
  ENOTEMPTY: "Directory not empty",
  ELOOP: "Too many levels of symbolic links",
  ENOSPC: "No space left on device",
  EXDEV: "Invalid cross-device link",
  EINVAL: "Invalid argument",
  EBUSY: "Device or resource busy",
  EBADF: "Bad file descriptor",
  EPIPE: "Broken pipe",
  ECONNREFUSED: "Connection refused",
  EHOSTUNREACH: "No route to host",
  ETIMEDOUT: "Connection timed out",
  EADDRINUSE: "Address already in use",
};

export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "EIO";
}

/** The reason of a failed file or network operation, as C's strerror words it. Throws what is no such failure again. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error && "code" in error)) {
    throw error;
  }
  return texts[codeOf(error)] ?? "Input/output error";
}
