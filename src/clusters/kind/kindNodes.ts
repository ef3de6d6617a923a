import { kindErrors } from "./kindErrors.ts";
import { detailOf, type KindEnvironment, run } from "./kindProgram.ts";

interface NodeContainer {
  readonly name: string;
  /** "running", "exited", "created", "paused", as the engine says it. */
  readonly state: string;
}

/** The label by which kind finds its nodes: `pkg/cluster/internal/providers/common/labels.go`. */
const clusterLabel = "io.x-k8s.kind.cluster";

/**
 * Starts the containers of a kind cluster that stand still, as after a restart of the machine.
 * Returns the names of those it started. Throws UserError when the engine refuses.
 */
export async function startStoppedNodes(
  engine: string,
  clusterName: string,
  environment: KindEnvironment,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const nodes = await listNodes(engine, clusterName, environment, signal);
  const paused = nodes.filter(({ state }) => state === "paused").map(({ name }) => name);
  const stopped = nodes
    .filter(({ state }) => state === "exited" || state === "created")
    .map(({ name }) => name);
  for (const [verb, names] of [
    ["unpause", paused],
    ["start", stopped],
  ] as const) {
    if (names.length > 0) {
      const outcome = await run(engine, [verb, ...names], environment, 60_000, signal);
      if (outcome.state !== "ran" || outcome.exitCode !== 0) {
        throw kindErrors.kindFailed(`docker ${verb} ${names.join(" ")}`, detailOf(outcome));
      }
    }
  }
  return [...paused, ...stopped];
}

async function listNodes(
  engine: string,
  clusterName: string,
  environment: KindEnvironment,
  signal?: AbortSignal,
): Promise<readonly NodeContainer[]> {
  const filter = `label=${clusterLabel}=${clusterName}`;
  const args = ["ps", "-a", "--filter", filter, "--format", "{{.Names}}\t{{.State}}"];
  const outcome = await run(engine, args, environment, 20_000, signal);
  if (outcome.state !== "ran" || outcome.exitCode !== 0) {
    throw kindErrors.kindFailed(`docker ps --filter ${filter}`, detailOf(outcome));
  }
  return outcome.stdout.split("\n").flatMap((line) => {
    const [name, state] = line.trim().split("\t");
    return name && state ? [{ name, state }] : [];
  });
}
