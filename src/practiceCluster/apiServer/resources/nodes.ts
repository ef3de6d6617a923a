import type { INode } from "kubernetes-models/v1/Node";
import { nodes } from "../../api/resources.ts";
import { ageColumn, nameColumn } from "./columns.ts";
import type { ResourceDefinition } from "./definition.ts";
import { statusSubresource, textColumn } from "./plain.ts";

/** v1 Node (pkg/registry/core/node). */
export const nodeDefinition: ResourceDefinition<INode> = {
  resource: nodes,
  singularName: "node",
  shortNames: ["no"],
  subresources: [
    { name: "proxy", verbs: ["create", "delete", "get", "patch", "update"], kind: "NodeProxyOptions" },
    statusSubresource,
  ],
  hasStatus: true,
  columns: [
    nameColumn,
    textColumn<INode>("Status", "The status of the node", nodeStatus),
    textColumn<INode>("Roles", "The roles of the node", roles),
    ageColumn,
    textColumn<INode>(
      "Version",
      ["NodeSystemInfo", "kubeletVersion"],
      ({ status }) => status?.nodeInfo?.kubeletVersion ?? "",
    ),
    textColumn<INode>("Internal-IP", ["NodeStatus", "addresses"], (node) => address(node, "InternalIP"), 1),
    textColumn<INode>("External-IP", ["NodeStatus", "addresses"], (node) => address(node, "ExternalIP"), 1),
    textColumn<INode>(
      "OS-Image",
      ["NodeSystemInfo", "osImage"],
      ({ status }) => status?.nodeInfo?.osImage || "<unknown>",
      1,
    ),
    textColumn<INode>("Kernel-Version", ["NodeSystemInfo", "kernelVersion"], kernel, 1),
    textColumn<INode>(
      "Container-Runtime",
      ["NodeSystemInfo", "containerRuntimeVersion"],
      ({ status }) => status?.nodeInfo?.containerRuntimeVersion || "<unknown>",
      1,
    ),
  ],
  selectableFields: (object) => ({
    "spec.unschedulable": String((object as INode).spec?.unschedulable ?? false),
  }),
};

function nodeStatus({ spec, status }: INode): string {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  const words = [ready ? (ready.status === "True" ? "Ready" : "NotReady") : "Unknown"];
  return [...words, ...(spec?.unschedulable ? ["SchedulingDisabled"] : [])].join(",");
}

function roles({ metadata }: INode): string {
  const prefix = "node-role.kubernetes.io/";
  const labels = metadata?.labels ?? {};
  const named = Object.keys(labels).flatMap((label) =>
    label.startsWith(prefix)
      ? [label.slice(prefix.length)]
      : label === "kubernetes.io/role"
        ? [labels[label] ?? ""]
        : [],
  );
  return named.filter(Boolean).sort().join(",") || "<none>";
}

function address({ status }: INode, type: string): string {
  return status?.addresses?.find((each) => each.type === type)?.address ?? "<none>";
}

function kernel({ status }: INode): string {
  const { kernelVersion, architecture } = status?.nodeInfo ?? {};
  return `${kernelVersion || "<unknown>"}${architecture ? ` (${architecture})` : ""}`;
}
