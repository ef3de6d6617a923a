import type { RedisServer } from "./server.ts";

type Section = (server: RedisServer) => readonly string[];

function replication(server: RedisServer): readonly string[] {
  const { link, replicas, offset } = server;
  const common = [`connected_slaves:${replicas.length}`, ...replicas.map(replicaLine(offset))];
  const ids = [`master_replid:${server.replicationId}`, `master_repl_offset:${offset}`];
  if (!link) {
    return ["role:master", ...common, ...ids];
  }
  const { host, port } = link.address;
  return [
    "role:slave",
    `master_host:${host}`,
    `master_port:${port}`,
    `master_link_status:${link.isUp ? "up" : "down"}`,
    "master_sync_in_progress:0",
    `slave_read_only:${server.configuration.isOn("replica-read-only") ? 1 : 0}`,
    ...common,
    ...ids,
  ];
}

const replicaLine =
  (offset: number) =>
  ({ address, replicaPort }: { address: string; replicaPort: number | undefined }, index: number) =>
    `slave${index}:ip=${address},port=${replicaPort ?? 6379},state=online,offset=${offset},lag=0`;

function keyspace({ keys }: RedisServer): readonly string[] {
  const names = keys.keys();
  const expiring = names.filter((key) => keys.expiry(key) !== undefined).length;
  return names.length === 0 ? [] : [`db0:keys=${names.length},expires=${expiring},avg_ttl=0`];
}

const sections: Readonly<Record<string, Section>> = {
  Server: (server) => [
    `redis_version:${server.version}`,
    `redis_mode:${server.configuration.isOn("cluster-enabled") ? "cluster" : "standalone"}`,
    "os:practice cluster",
    `process_id:${server.context.pid}`,
    `tcp_port:${server.configuration.get("port")}`,
    `uptime_in_seconds:${Math.floor((server.context.clock.now() - server.startedAt) / 1000)}`,
  ],
  Clients: (server) => [`connected_clients:${server.clients.size - server.replicas.length}`],
  Persistence: (server) => [
    "loading:0",
    `rdb_last_save_time:${Math.floor(server.lastSave / 1000)}`,
    `aof_enabled:${server.configuration.isOn("appendonly") ? 1 : 0}`,
  ],
  Replication: replication,
  Cluster: (server) => [`cluster_enabled:${server.configuration.isOn("cluster-enabled") ? 1 : 0}`],
  Keyspace: keyspace,
};

/** The text of INFO: the sections that are named, or all. */
export function infoText(server: RedisServer, wanted: readonly string[]): string {
  const names = wanted.map((name) => name.toLowerCase());
  const all = names.length === 0 || names.some((name) => ["all", "default", "everything"].includes(name));
  return Object.entries(sections)
    .filter(([name]) => all || names.includes(name.toLowerCase()))
    .map(([name, section]) => [`# ${name}`, ...section(server), ""].join("\r\n"))
    .join("\r\n");
}
