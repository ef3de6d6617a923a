import { BlockList, isIPv6 } from "node:net";

/** Who wants to connect: from which address (undefined: the socket), as whom, to what. */
export interface Applicant {
  readonly address: string | undefined;
  readonly user: string;
  readonly database: string;
}

interface Rule {
  readonly type: string;
  readonly databases: readonly string[];
  readonly users: readonly string[];
  readonly address: string;
  readonly mask: string | undefined;
  readonly method: string;
}

/**
 * The method of the first line of pg_hba.conf that matches, or undefined when none does
 * (https://www.postgresql.org/docs/15/auth-pg-hba-conf.html; without regular expressions and groups).
 */
export function accessMethod(configuration: string, applicant: Applicant): string | undefined {
  return configuration
    .split("\n")
    .map((line) => readRule(line))
    .find((rule) => rule !== undefined && matches(rule, applicant))?.method;
}

function readRule(line: string): Rule | undefined {
  const fields = line.replace(/#.*/, "").trim().split(/\s+/);
  const [type = "", databases = "", users = ""] = fields;
  const names = { type, databases: listOf(databases), users: listOf(users) };
  if (type === "local") {
    return { ...names, address: "", mask: undefined, method: fields[3] ?? "" };
  }
  if (type !== "host" && type !== "hostnossl") {
    return undefined;
  }
  const hasMask = /^[\d.]+$/.test(fields[4] ?? "");
  return {
    ...names,
    address: fields[3] ?? "",
    mask: hasMask ? fields[4] : undefined,
    method: fields[hasMask ? 5 : 4] ?? "",
  };
}

const listOf = (field: string) => field.split(",").map((name) => name.replace(/^"(.*)"$/, "$1"));

function matches(rule: Rule, { address, user, database }: Applicant): boolean {
  const isLocal = address === undefined;
  return (
    isLocal === (rule.type === "local") &&
    (rule.users.includes("all") || rule.users.includes(user)) &&
    (rule.databases.includes("all") ||
      rule.databases.includes(database) ||
      (rule.databases.includes("sameuser") && user === database)) &&
    (isLocal || addressMatches(rule, address))
  );
}

function addressMatches({ address, mask }: Rule, peer: string): boolean {
  if (address === "all") {
    return true;
  }
  if (address === "samehost") {
    return peer === "127.0.0.1";
  }
  const [network = "", bits] = address.split("/");
  const family = isIPv6(network) ? "ipv6" : "ipv4";
  const length = mask ? maskLength(mask) : Number(bits ?? (family === "ipv6" ? 128 : 32));
  const list = new BlockList();
  try {
    list.addSubnet(network, length, family);
  } catch {
    return false;
  }
  return list.check(peer, isIPv6(peer) ? "ipv6" : "ipv4");
}

function maskLength(mask: string): number {
  return mask
    .split(".")
    .map((part) => Number(part).toString(2).replaceAll("0", "").length)
    .reduce((sum, ones) => sum + ones, 0);
}
