/** The programs that can be fetched on consent. */
export type DownloadableTool = "kubectl" | "kind";

/** One file of an official release, and where its publisher says its checksum. */
export interface ToolRelease {
  readonly tool: DownloadableTool;
  readonly version: string;
  readonly address: string;
  /** Answers the SHA-256 in hexadecimal, alone or before the file's name. */
  readonly checksumAddress: string;
}

/** Where releases are published. Only tests name others. */
export interface ReleaseAddresses {
  readonly kubectl: string;
  readonly kind: string;
}

export const officialAddresses: ReleaseAddresses = {
  kubectl: "https://dl.k8s.io/release",
  kind: "https://kind.sigs.k8s.io/dl",
};

/** The releases that the course is proven with. */
const versions = { kubectl: "v1.36.3", kind: "v0.33.0" } as const;

/**
 * The release of a tool for one machine; undefined where its publisher builds none.
 * Addresses: https://kubernetes.io/docs/tasks/tools/ and https://kind.sigs.k8s.io/docs/user/quick-start/.
 */
export function releaseOf(
  tool: DownloadableTool,
  addresses: ReleaseAddresses,
  machine: { readonly platform: string; readonly arch: string } = process,
): ToolRelease | undefined {
  const platform = { linux: "linux", darwin: "darwin", win32: "windows" }[machine.platform];
  const arch = { x64: "amd64", arm64: "arm64" }[machine.arch];
  // kind has no build for Windows on ARM, which runs the one for amd64
  const built = tool === "kind" && platform === "windows" ? "amd64" : arch;
  if (!platform || !arch || !built) {
    return undefined;
  }
  const version = versions[tool];
  if (tool === "kubectl") {
    const address = `${addresses.kubectl}/${version}/bin/${platform}/${built}/${programFile(tool, machine.platform)}`;
    return { tool, version, address, checksumAddress: `${address}.sha256` };
  }
  const address = `${addresses.kind}/${version}/kind-${platform}-${built}`;
  return { tool, version, address, checksumAddress: `${address}.sha256sum` };
}

/** What the program's file is called on that platform. */
export function programFile(tool: DownloadableTool, platform: string = process.platform): string {
  return platform === "win32" ? `${tool}.exe` : tool;
}
