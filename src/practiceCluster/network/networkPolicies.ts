import type { INetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { ApiClient } from "../api/apiClient.ts";
import { namespaces, networkPolicies, pods } from "../api/resources.ts";
import { selectorMatches } from "../controllers/kit/selectors.ts";

type Spec = NonNullable<INetworkPolicy["spec"]>;
type Rule = {
  readonly peers: readonly Peer[] | undefined;
  readonly ports: NonNullable<Spec["ingress"]>[number]["ports"];
};
type Peer = NonNullable<NonNullable<Spec["ingress"]>[number]["from"]>[number];

/** Which new connections between Pods the network policies let through; those that are open stay open. */
export class NetworkPolicies {
  readonly #client: ApiClient;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  /** Whether a connection from one address to a port of another may be made. Inside of one Pod it always may. */
  allows(from: string, to: string, port: number): boolean {
    const policies = from === to ? [] : this.#client.list(networkPolicies);
    if (policies.length === 0) {
      return true;
    }
    const [source, target] = [this.#podAt(from), this.#podAt(to)];
    return (
      this.#allowsEnd(policies, "Egress", source, { address: to, pod: target, port, target }) &&
      this.#allowsEnd(policies, "Ingress", target, { address: from, pod: source, port, target })
    );
  }

  /** A Pod that no policy of that direction selects is open; another needs a rule that names the other end. */
  #allowsEnd(
    policies: readonly INetworkPolicy[],
    direction: "Ingress" | "Egress",
    pod: IPod | undefined,
    other: OtherEnd,
  ): boolean {
    const selecting = policies.filter(
      (policy) =>
        pod !== undefined &&
        policy.metadata?.namespace === pod.metadata?.namespace &&
        directionsOf(policy).includes(direction) &&
        selectorMatches(policy.spec?.podSelector ?? {}, pod.metadata?.labels),
    );
    const isNamed = (policy: INetworkPolicy) =>
      rulesOf(policy, direction).some((rule) => this.#names(rule, policy.metadata?.namespace ?? "", other));
    return selecting.length === 0 || selecting.some(isNamed);
  }

  #names({ peers, ports }: Rule, namespace: string, other: OtherEnd): boolean {
    const isPort = !ports?.length || ports.some((each) => isPortOf(each, other));
    return isPort && (!peers?.length || peers.some((peer) => this.#isPeer(peer, namespace, other)));
  }

  #isPeer({ ipBlock, namespaceSelector, podSelector }: Peer, namespace: string, other: OtherEnd): boolean {
    if (ipBlock) {
      const isWithin = (range: string) => inRange(other.address, range);
      return isWithin(ipBlock.cidr) && !ipBlock.except?.some(isWithin);
    }
    const metadata = other.pod?.metadata;
    if (!metadata) {
      return false;
    }
    const isNamespace = namespaceSelector
      ? selectorMatches(
          namespaceSelector,
          this.#client.find(namespaces, { name: metadata.namespace ?? "" })?.metadata?.labels,
        )
      : metadata.namespace === namespace;
    return isNamespace && (!podSelector || selectorMatches(podSelector, metadata.labels));
  }

  #podAt(address: string): IPod | undefined {
    return this.#client.list(pods).find(({ status }) => status?.podIP === address);
  }
}

interface OtherEnd {
  readonly address: string;
  readonly pod: IPod | undefined;
  readonly port: number;
  /** The Pod that is connected to: a port's name is its. */
  readonly target: IPod | undefined;
}

function directionsOf({ spec }: INetworkPolicy): readonly string[] {
  return spec?.policyTypes ?? ["Ingress", ...(spec?.egress ? ["Egress"] : [])];
}

function rulesOf({ spec }: INetworkPolicy, direction: "Ingress" | "Egress"): readonly Rule[] {
  return direction === "Ingress"
    ? (spec?.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
    : (spec?.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }));
}

function isPortOf(
  { protocol, port, endPort }: NonNullable<Rule["ports"]>[number],
  { port: wanted, target }: OtherEnd,
): boolean {
  if (protocol !== undefined && protocol !== "TCP") {
    return false;
  }
  if (port === undefined) {
    return true;
  }
  if (typeof port === "number") {
    return wanted >= port && wanted <= (endPort ?? port);
  }
  const named = target?.spec?.containers
    .flatMap(({ ports }) => ports ?? [])
    .find(({ name }) => name === port);
  return named?.containerPort === wanted;
}

function inRange(address: string, range: string): boolean {
  const [base = "", bits = "32"] = range.split("/");
  const size = 2 ** (32 - Number(bits));
  return Math.floor(numberOf(address) / size) === Math.floor(numberOf(base) / size);
}

function numberOf(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}
