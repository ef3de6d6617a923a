import { randomBytes } from "node:crypto";
import type { IPod } from "kubernetes-models/v1/Pod";
import { pods, serviceAccounts } from "../../api/resources.ts";
import { refusals } from "../requests/errors.ts";
import type { Pipeline } from "../requests/pipeline.ts";
import type { Admission } from "./admission.ts";

type PodSpec = NonNullable<IPod["spec"]>;

const tokenPath = "/var/run/secrets/kubernetes.io/serviceaccount";
const tolerationSeconds = 300;

/** What every new Pod gets: a service account and its token, and tolerations of a lost node. */
export const podAdmission: Admission = {
  admit({ operation, resource, object }, pipeline) {
    if (operation !== "create" || resource.resource !== pods.resource || resource.group !== "") {
      return;
    }
    const pod = object as IPod;
    if (pod.spec) {
      addServiceAccount(pod, pod.spec, pipeline);
      addTolerations(pod.spec);
    }
  },
};

/** Plugin ServiceAccount. Static Pods mirror what the node runs: they have no account. */
function addServiceAccount(pod: IPod, spec: PodSpec, pipeline: Pipeline): void {
  if (pod.metadata?.annotations?.["kubernetes.io/config.mirror"]) {
    return;
  }
  const name = spec.serviceAccountName || "default";
  spec.serviceAccountName = name;
  spec.serviceAccount = name;
  const account = pipeline.find(serviceAccounts, { namespace: pod.metadata?.namespace, name });
  if (!account) {
    const why = `error looking up service account ${pod.metadata?.namespace}/${name}: serviceaccount "${name}" not found`;
    throw refusals.forbidden(pods, pod.metadata?.name ?? "", why);
  }
  if (spec.automountServiceAccountToken === false) {
    return;
  }
  mountToken(spec);
}

function mountToken(spec: PodSpec): void {
  // a Pod may come without containers: that is for the validation to refuse
  const containers = [
    ...(spec.initContainers ?? []),
    ...((spec.containers as PodSpec["containers"] | undefined) ?? []),
  ];
  const unmounted = containers.filter(
    ({ volumeMounts = [] }) => !volumeMounts.some(({ mountPath }) => mountPath === tokenPath),
  );
  if (unmounted.length === 0) {
    return;
  }
  const name = `kube-api-access-${suffix()}`;
  spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)];
  for (const container of unmounted) {
    container.volumeMounts = [
      ...(container.volumeMounts ?? []),
      { name, readOnly: true, mountPath: tokenPath },
    ];
  }
}

function tokenVolume(name: string): NonNullable<PodSpec["volumes"]>[number] {
  return {
    name,
    projected: {
      defaultMode: 420,
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
        { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
        {
          downwardAPI: {
            items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }],
          },
        },
      ],
    },
  };
}

function suffix(): string {
  const alphabet = "bcdfghjklmnpqrstvwxz2456789";
  return [...randomBytes(5)].map((byte) => alphabet[byte % alphabet.length]).join("");
}

/** Plugin DefaultTolerationSeconds: a Pod stays for five minutes on a node that is lost. */
function addTolerations(spec: PodSpec): void {
  for (const key of ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]) {
    const isTolerated = (spec.tolerations ?? []).some(
      (each) =>
        (each.key === key || (!each.key && each.operator === "Exists")) &&
        (!each.effect || each.effect === "NoExecute"),
    );
    if (!isTolerated) {
      spec.tolerations = [
        ...(spec.tolerations ?? []),
        { key, operator: "Exists", effect: "NoExecute", tolerationSeconds },
      ];
    }
  }
}
