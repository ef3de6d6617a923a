import type { INode } from "kubernetes-models/v1/Node";
import type { IPersistentVolume } from "kubernetes-models/v1/PersistentVolume";
import type { IPod } from "kubernetes-models/v1/Pod";
import { quantityToNumber } from "../../common/kubernetes/quantity.ts";
import {
  isRepelled,
  matchesNodeAffinity,
  tolerates,
  unschedulableTaint,
} from "../controllers/kit/nodeFit.ts";
import { nodeTermsMatch } from "../controllers/kit/nodeTerms.ts";

/** Whether a Pod may run on a node, after the scheduler's filter plugins; the reason is the plugin's own. */
export function unfitReason(
  pod: IPod,
  node: INode,
  podsOnNode: readonly IPod[],
  volumes: readonly IPersistentVolume[],
): string | undefined {
  return (
    unschedulable(pod, node) ??
    untolerated(pod, node) ??
    wrongLabels(pod, node) ??
    volumes.map((volume) => wrongVolumeNode(volume, node)).find(Boolean) ??
    insufficient(pod, node, podsOnNode)
  );
}

function unschedulable(pod: IPod, node: INode): string | undefined {
  const isRefused = node.spec?.unschedulable && !tolerates(pod, unschedulableTaint);
  return isRefused ? "node(s) were unschedulable" : undefined;
}

function untolerated(pod: IPod, node: INode): string | undefined {
  return isRepelled(pod, node, ["NoSchedule", "NoExecute"]) ? "node(s) had untolerated taint(s)" : undefined;
}

function wrongLabels(pod: IPod, node: INode): string | undefined {
  return matchesNodeAffinity(pod, node) ? undefined : "node(s) didn't match Pod's node affinity/selector";
}

function wrongVolumeNode(volume: IPersistentVolume, node: INode): string | undefined {
  const terms = volume.spec?.nodeAffinity?.required?.nodeSelectorTerms;
  const matches = !terms || nodeTermsMatch(terms, node);
  return matches ? undefined : "node(s) didn't match PersistentVolume's node affinity";
}

function insufficient(pod: IPod, node: INode, podsOnNode: readonly IPod[]): string | undefined {
  if (podsOnNode.length + 1 > Number(node.status?.allocatable?.["pods"] ?? 110)) {
    return "Too many pods";
  }
  for (const name of ["cpu", "memory"]) {
    const wanted = requested(pod, name);
    // as fitsRequest of noderesources/fit.go: who requests nothing fits even where too much is promised
    if (wanted === 0) {
      continue;
    }
    const used = podsOnNode.reduce((sum, each) => sum + requested(each, name), 0);
    if (used + wanted > amount(node.status?.allocatable?.[name])) {
      return `Insufficient ${name}`;
    }
  }
  return undefined;
}

/** Whether the node, when it is empty, has what the Pod requests (the opposite of fit.go's Unresolvable). */
export function isWithin(pod: IPod, node: INode): boolean {
  return ["cpu", "memory"].every((name) => requested(pod, name) <= amount(node.status?.allocatable?.[name]));
}

const known = new WeakMap<IPod, Map<string, number>>();

/** What a Pod requests of a resource: its containers together, or its largest init container. */
export function requested(pod: IPod, name: string): number {
  const ofPod = known.get(pod) ?? new Map<string, number>();
  known.set(pod, ofPod);
  const amountOfPod = ofPod.get(name) ?? computeRequested(pod, name);
  ofPod.set(name, amountOfPod);
  return amountOfPod;
}

function computeRequested(pod: IPod, name: string): number {
  const of = (containers: readonly { resources?: { requests?: Record<string, string | number> } }[] = []) =>
    containers.map(({ resources }) => amount(resources?.requests?.[name]));
  const running = of(pod.spec?.containers).reduce((sum, each) => sum + each, 0);
  return Math.max(running, ...of(pod.spec?.initContainers), 0);
}

function amount(quantity: string | number | undefined): number {
  return quantityToNumber(quantity);
}
