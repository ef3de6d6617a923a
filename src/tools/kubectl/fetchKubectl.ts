import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cacheFolder } from "../cacheFolder.ts";
import { mustRun } from "../runProgram.ts";

/** The kubectl whose texts the newest transcripts were recorded with. */
export const fetchedVersion = "1.36.3";

/**
 * A kubectl of the newest recorded minor in the cache folder: from the official address with its checksum, else
 * Debian unstable's package, unpacked without being installed. Throws when neither can be had.
 */
export async function fetchKubectl(): Promise<string> {
  const path = cacheFolder(`kubectl-${fetchedVersion}`, "kubectl");
  if (existsSync(path)) {
    return path;
  }
  await mkdir(dirname(path), { recursive: true });
  try {
    await fetchOfficial(path);
  } catch (official) {
    await fetchFromDebian(path).catch((debian) => {
      throw new Error(
        `No kubectl could be fetched: official release: ${messageOf(official)}; Debian: ${messageOf(debian)}. Install kubectl by hand and put it on the PATH.`,
      );
    });
  }
  return path;
}

async function fetchOfficial(path: string): Promise<void> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  const address = `https://dl.k8s.io/release/v${fetchedVersion}/bin/${platform}/${architecture}/kubectl`;
  const [program, checksum] = await Promise.all([download(address), download(`${address}.sha256`)]);
  const actual = createHash("sha256").update(program).digest("hex");
  if (actual !== checksum.toString("utf8").trim()) {
    throw new Error(`the checksum of ${address} does not match`);
  }
  await place(path, program);
}

async function download(address: string): Promise<Buffer> {
  const response = await fetch(address, { signal: AbortSignal.timeout(120_000) });
  if (!response.ok) {
    throw new Error(`${address} answered ${response.status}`);
  }
  return Buffer.from(await response.arrayBuffer());
}

/** Debian unstable carries the newest kubectl; apt verifies its signature with the machine's own keys. */
async function fetchFromDebian(path: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "dojo-kubectl-"));
  try {
    await mkdir(join(folder, "lists", "partial"), { recursive: true });
    await mkdir(join(folder, "archives", "partial"), { recursive: true });
    await writeFile(join(folder, "sources.list"), await unstableSource());
    const options = [
      `Dir::Etc::sourcelist=${join(folder, "sources.list")}`,
      "Dir::Etc::sourceparts=-",
      `Dir::State::lists=${join(folder, "lists")}`,
      `Dir::Cache::archives=${join(folder, "archives")}`,
      `Dir::Cache::pkgcache=`,
      `Dir::Cache::srcpkgcache=`,
      // what is installed here does not matter: without this apt may want to download that version
      "Dir::State::status=/dev/null",
      "APT::Sandbox::User=root",
    ].flatMap((option) => ["-o", option]);
    await mustRun("apt-get", [...options, "-qq", "update"]);
    await mustRun("apt-get", [...options, "-qq", "download", "kubectl"], { directory: folder });
    const archive = (await readdir(folder)).find((file) => file.endsWith(".deb"));
    if (!archive) {
      throw new Error("apt-get downloaded no package");
    }
    await mustRun("dpkg-deb", ["-x", join(folder, archive), join(folder, "root")]);
    await place(path, await readFile(join(folder, "root", "usr", "bin", "kubectl")));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The mirror that this machine already uses, for the suite "sid". */
async function unstableSource(): Promise<string> {
  const folder = "/etc/apt/sources.list.d";
  const files = [
    "/etc/apt/sources.list",
    ...(await readdir(folder).catch(() => [])).map((file) => join(folder, file)),
  ];
  for (const file of files) {
    const text = await readFile(file, "utf8").catch(() => "");
    const mirror = /^(?:URIs:|deb(?: \[[^\]]*\])?)\s+(https?:\/\/\S+\/debian)\/?(?:\s|$)/m.exec(text)?.[1];
    if (mirror) {
      const keys = "/usr/share/keyrings/debian-archive-keyring.gpg";
      return `deb ${existsSync(keys) ? `[signed-by=${keys}] ` : ""}${mirror} sid main\n`;
    }
  }
  throw new Error("this machine names no Debian mirror");
}

async function place(path: string, program: Buffer): Promise<void> {
  await writeFile(`${path}.part`, program);
  await chmod(`${path}.part`, 0o755);
  await rename(`${path}.part`, path);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
