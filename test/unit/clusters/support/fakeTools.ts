import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** How the pretended kind and docker behave; everything that kind was asked for is written down. */
export interface FakeToolsOptions {
  readonly kind?: "missing" | "broken" | "works" | "createFails" | "createHangs";
  readonly docker?: "missing" | "stopped" | "runs";
  /** Clusters that are there before anything is asked. */
  readonly clusters?: readonly string[];
  /** Containers that docker knows, with their states. */
  readonly containers?: Readonly<Record<string, string>>;
}

export interface FakeTools {
  /** The only folder on the PATH. */
  readonly folder: string;
  /** The command lines that kind was called with, in order. */
  calls(): Promise<string[]>;
  clusters(): Promise<string[]>;
  /** The command lines that docker was called with, without `docker info`. */
  engineCalls(): Promise<string[]>;
}

/** Writes a folder with a kind and a docker that are shell scripts over one file of cluster names. */
export async function fakeTools(folder: string, options: FakeToolsOptions): Promise<FakeTools> {
  const { kind = "works", docker = "runs", clusters = [], containers = {} } = options;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "calls"), "");
  await writeFile(join(folder, "engineCalls"), "");
  const table = Object.entries(containers).map(([name, state]) => `${name}\t${state}\n`);
  await writeFile(join(folder, "containers"), table.join(""));
  await writeFile(join(folder, "clusters"), clusters.map((name) => `${name}\n`).join(""));
  if (kind !== "missing") {
    await script(
      folder,
      "kind",
      kind === "broken" ? "echo 'cannot execute' >&2; exit 126" : kindScript(folder, kind),
    );
  }
  if (docker !== "missing") {
    await script(folder, "docker", dockerScript(folder, docker));
  }
  return {
    folder,
    calls: () => linesOf(join(folder, "calls")),
    clusters: () => linesOf(join(folder, "clusters")),
    engineCalls: () => linesOf(join(folder, "engineCalls")),
  };
}

/** `kind create cluster --name NAME …`: the cluster is half there when it fails, as with the real one. */
function kindScript(folder: string, behaviour: "works" | "createFails" | "createHangs"): string {
  const ending =
    behaviour === "createHangs"
      ? "/bin/sleep 600"
      : behaviour === "createFails"
        ? "echo 'ERROR: failed to create cluster: could not find a log line that matches \"Reached target\"' >&2\nexit 1"
        : "exit 0";
  return `
cd '${folder}'
echo "$*" >> calls
case "$1 $2" in
"version -q") echo 0.30.0 ;;
"get clusters") while read -r name; do echo "$name"; done < clusters ;;
"create cluster")
  echo "$4" >> clusters
  echo ' • Ensuring node image (kindest/node:v1.36.3) 🖼  ...' >&2
  echo ' • Preparing nodes 📦  ...' >&2
  ${ending} ;;
"delete cluster")
  rest=$(while read -r name; do [ "$name" = "$4" ] || echo "$name"; done < clusters)
  echo "$rest" > clusters ;;
*) exit 64 ;;
esac`;
}

/** `docker start NAME`: every container runs afterwards. */
function dockerScript(folder: string, behaviour: "stopped" | "runs"): string {
  const refused =
    "echo 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?' >&2; exit 1";
  return behaviour === "stopped"
    ? refused
    : `
cd '${folder}'
case "$1" in
info) echo 28.1.1 ;;
ps) echo "$*" >> engineCalls; while read -r line; do echo "$line"; done < containers ;;
start | unpause) echo "$*" >> engineCalls; : > containers ;;
*) exit 64 ;;
esac`;
}

async function script(folder: string, name: string, body: string): Promise<void> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
}

async function linesOf(path: string): Promise<string[]> {
  return (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
}
