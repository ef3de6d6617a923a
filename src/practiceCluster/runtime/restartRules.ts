import type { IPod } from "kubernetes-models/v1/Pod";

type ContainerSpec = NonNullable<IPod["spec"]>["containers"][number];

/** init: runs to its end before the next; sidecar: an init container that goes on; ephemeral: added for debugging. */
export type ContainerKind = "init" | "sidecar" | "regular" | "ephemeral";

/** Whether an init container is a sidecar: one that goes on beside the others. */
export function kindOfInitContainer({ restartPolicy }: ContainerSpec): ContainerKind {
  return restartPolicy === "Always" ? "sidecar" : "init";
}

/** Whether a container that ended with `code` is started again (pkg/kubelet/container, ShouldContainerBeRestarted). */
export function isRestarted(
  kind: ContainerKind,
  spec: ContainerSpec,
  podPolicy: string,
  code: number,
): boolean {
  switch (kind) {
    case "ephemeral":
      return false;
    case "sidecar":
      return true;
    case "init":
      return code !== 0 && (spec.restartPolicy ?? podPolicy) !== "Never";
    case "regular":
      return ruleRestarts(spec, code) || followsPolicy(spec.restartPolicy ?? podPolicy, code);
  }
}

function followsPolicy(policy: string, code: number): boolean {
  return policy === "Always" || (policy === "OnFailure" && code !== 0);
}

function ruleRestarts({ restartPolicyRules = [] }: ContainerSpec, code: number): boolean {
  return restartPolicyRules.some(({ action, exitCodes }) => {
    const isListed = exitCodes?.values?.includes(code) ?? false;
    return action === "Restart" && (exitCodes?.operator === "NotIn" ? !isListed : isListed);
  });
}
