import { isFailure, type Reply } from "../resp.ts";
import { rangeText, slotCount } from "./slot.ts";

/** A connection to one server. */
export interface NodeConnection {
  ask(words: readonly string[]): Promise<Reply | undefined>;
  close(): void;
}

/** What `redis-cli --cluster create` works with. */
export interface ClusterTools {
  connect(host: string, port: number): Promise<NodeConnection>;
  print(line: string): void;
  /** Whether the user agrees to the configuration that was shown. */
  agree(): Promise<boolean>;
  pause(): Promise<void>;
}

interface Node {
  readonly at: string;
  readonly host: string;
  readonly port: number;
  readonly connection: NodeConnection;
  readonly id: string;
  readonly first: number;
  readonly last: number;
}

/** What keeps a cluster from being made, in the words of redis-cli. */
class Refusal extends Error {}

/** Makes one cluster of primaries of servers that are in none: `redis-cli --cluster create HOST:PORT …`. Returns the exit code. */
export async function createCluster(tools: ClusterTools, addresses: readonly string[]): Promise<number> {
  const connections: NodeConnection[] = [];
  try {
    const nodes = await findNodes(tools, addresses, connections);
    await joinNodes(tools, nodes);
    return await checkCluster(tools, nodes);
  } catch (cause) {
    if (!(cause instanceof Refusal)) {
      throw cause;
    }
    tools.print(cause.message);
    return 1;
  } finally {
    for (const connection of connections) {
      connection.close();
    }
  }
}

async function findNodes(
  tools: ClusterTools,
  addresses: readonly string[],
  connections: NodeConnection[],
): Promise<Node[]> {
  const nodes: Node[] = [];
  const share = slotCount / addresses.length;
  for (const [index, at] of addresses.entries()) {
    const [host = "", port] = at.split(":");
    if (!host || !/^\d+$/.test(port ?? "")) {
      throw new Refusal(`Invalid address format: ${at}`);
    }
    const connection = await open(tools, host, Number(port));
    connections.push(connection);
    await mustBeEmpty(connection, at);
    const first = Math.round(index * share);
    const last = index === addresses.length - 1 ? slotCount - 1 : Math.round((index + 1) * share - 1);
    const id = String(await answer(connection, ["CLUSTER", "MYID"]));
    nodes.push({ at, host, port: Number(port), connection, id, first, last });
  }
  if (nodes.length < 3) {
    throw new Refusal(
      [
        "*** ERROR: Invalid configuration for cluster creation.",
        "*** Redis Cluster requires at least 3 master nodes.",
        `*** This is not possible with ${nodes.length} nodes and 0 replicas per node.`,
        "*** At least 3 nodes are required.",
      ].join("\n"),
    );
  }
  return nodes;
}

async function open(tools: ClusterTools, host: string, port: number): Promise<NodeConnection> {
  try {
    return await tools.connect(host, port);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Refusal(`Could not connect to Redis at ${host}:${port}: ${reason}`);
  }
}

async function mustBeEmpty(connection: NodeConnection, at: string): Promise<void> {
  const mode = String(await answer(connection, ["INFO", "cluster"]));
  if (!/cluster_enabled:1/.test(mode)) {
    throw new Refusal(`[ERR] Node ${at} is not configured as a cluster node.`);
  }
  const info = String(await answer(connection, ["CLUSTER", "INFO"]));
  const keys = await answer(connection, ["DBSIZE"]);
  if (!/cluster_known_nodes:1\r/.test(info) || keys !== 0) {
    throw new Refusal(
      `[ERR] Node ${at} is not empty. Either the node already knows other nodes (check with CLUSTER NODES) or contains some key in database 0.`,
    );
  }
}

async function joinNodes(tools: ClusterTools, nodes: readonly Node[]): Promise<void> {
  tools.print(`>>> Performing hash slots allocation on ${nodes.length} nodes...`);
  for (const [index, { first, last }] of nodes.entries()) {
    tools.print(`Master[${index}] -> Slots ${first} - ${last}`);
  }
  show(tools, nodes);
  if (!(await tools.agree())) {
    throw new Refusal("*** Aborting...");
  }
  for (const [index, { connection, first, last }] of nodes.entries()) {
    await answer(connection, ["CLUSTER", "ADDSLOTSRANGE", String(first), String(last)]);
    await answer(connection, ["CLUSTER", "SET-CONFIG-EPOCH", String(index + 1)]);
  }
  tools.print(">>> Nodes configuration updated");
  tools.print(">>> Assign a different config epoch to each node");
  tools.print(">>> Sending CLUSTER MEET messages to join the cluster");
  const [leader, ...others] = nodes;
  for (const { connection } of others) {
    await answer(connection, ["CLUSTER", "MEET", leader?.host ?? "", String(leader?.port)]);
  }
  tools.print("Waiting for the cluster to join");
  while (!(await agree(nodes))) {
    await tools.pause();
  }
}

/** Whether every node knows every node with its slots. */
async function agree(nodes: readonly Node[]): Promise<boolean> {
  for (const { connection } of nodes) {
    const text = String(await answer(connection, ["CLUSTER", "NODES"]));
    const lines = text.split("\n");
    const knowsAll = nodes.every(({ id, first, last }) =>
      lines.some((line) => line.startsWith(id) && line.endsWith(` connected ${rangeText([first, last])}`)),
    );
    if (!knowsAll) {
      return false;
    }
  }
  return true;
}

async function checkCluster(tools: ClusterTools, nodes: readonly Node[]): Promise<number> {
  tools.print(`>>> Performing Cluster Check (using node ${nodes[0]?.at ?? ""})`);
  show(tools, nodes);
  tools.print("[OK] All nodes agree about slots configuration.");
  tools.print(">>> Check for open slots...");
  tools.print(">>> Check slots coverage...");
  tools.print(`[OK] All ${slotCount} slots covered.`);
  return 0;
}

function show(tools: ClusterTools, nodes: readonly Node[]): void {
  for (const { id, at, first, last } of nodes) {
    tools.print(`M: ${id} ${at}`);
    tools.print(`   slots:[${rangeText([first, last])}] (${last - first + 1} slots) master`);
  }
}

/** A reply that is no error. Throws Refusal. */
async function answer(connection: NodeConnection, words: readonly string[]): Promise<Reply | undefined> {
  const reply = await connection.ask(words);
  if (reply !== undefined && isFailure(reply)) {
    throw new Refusal(`[ERR] ${reply.error}`);
  }
  return reply;
}
