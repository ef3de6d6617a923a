import { objectIn, objectsIn } from "../defaults/fill.ts";
import type { JsonObject } from "../objects.ts";
import { parseQuantity } from "../quantity.ts";
import { mapOf, numberOf, textOf } from "../validation/values.ts";

/** What the server accepts of a Pod and yet advises against (pkg/api/pod/warnings.go). */

const nanosInOne = 1_000_000_000n;

const deprecatedNodeLabels: Readonly<Record<string, string>> = {
  "beta.kubernetes.io/arch": 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  "beta.kubernetes.io/os": 'deprecated since v1.14; use "kubernetes.io/os" instead',
  "failure-domain.beta.kubernetes.io/region":
    'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  "failure-domain.beta.kubernetes.io/zone":
    'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  "beta.kubernetes.io/instance-type":
    'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  "app.kubernetes.io/created-by": "deprecated since v1.9",
  "scheduler.alpha.kubernetes.io/preferAvoidPods":
    "deprecated since v1.22; use Taints and Tolerations instead",
  "node-role.kubernetes.io/master": 'use "node-role.kubernetes.io/control-plane" instead',
};

const deprecatedAnnotations: Readonly<Record<string, string>> = {
  "scheduler.alpha.kubernetes.io/critical-pod":
    'non-functional in v1.16+; use the "priorityClassName" field instead',
  "security.alpha.kubernetes.io/sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
  "security.alpha.kubernetes.io/unsafe-sysctls": 'non-functional in v1.11+; use the "sysctls" field instead',
};

const oldVolumes: Readonly<Record<string, string>> = {
  photonPersistentDisk: "deprecated in v1.11, non-functional in v1.16+",
  gitRepo: "deprecated in v1.11, and disabled by default in v1.33+",
  scaleIO: "deprecated in v1.16, non-functional in v1.22+",
  flocker: "deprecated in v1.22, non-functional in v1.25+",
  storageos: "deprecated in v1.22, non-functional in v1.25+",
  quobyte: "deprecated in v1.22, non-functional in v1.25+",
  glusterfs: "deprecated in v1.25, non-functional in v1.26+",
  cephfs: "deprecated in v1.28, non-functional in v1.31+",
  rbd: "deprecated in v1.28, non-functional in v1.31+",
};

interface PlacedContainer {
  readonly path: string;
  readonly container: JsonObject;
}

/** Warnings for a Pod or a template. `prefix`: of its paths, "" or "spec.template.". */
export function podWarnings(prefix: string, { metadata, spec }: JsonObject): string[] {
  const podSpec = objectIn({ spec: spec ?? {} }, "spec") ?? {};
  const annotations = mapOf(objectIn({ metadata: metadata ?? {} }, "metadata")?.annotations);
  const path = `${prefix}spec`;
  const containers = ["initContainers", "containers"].flatMap((list) =>
    objectsIn(podSpec, list).map((container, index) => ({ path: `${path}.${list}[${index}]`, container })),
  );
  return [
    ...placementWarnings(path, podSpec),
    ...annotationWarnings(`${prefix}metadata.annotations`, annotations),
    ...volumeWarnings(path, podSpec),
    ...pullSecretWarnings(path, podSpec),
    ...containers.flatMap((each) => [...sizeWarnings(each), ...environmentWarnings(each)]),
    ...portWarnings(containers),
    ...portNameWarnings(containers),
    ...graceWarnings(path, podSpec),
    ...affinityWarnings(path, podSpec),
  ];
}

/** A size that is no whole number of bytes: usually "m" (thousandths) where "M" was meant. */
export function fractionalSize(path: string, value: JsonObject[string] | undefined): string[] {
  const text = textOf(value);
  const quantity = parseQuantity(text);
  return quantity && quantity.nanos % nanosInOne !== 0n
    ? [`${path}: fractional byte value ${JSON.stringify(text)} is invalid, must be an integer`]
    : [];
}

function placementWarnings(path: string, spec: JsonObject): string[] {
  const selected = Object.keys(mapOf(spec.nodeSelector)).flatMap((key) =>
    deprecatedNodeLabels[key] ? [`${path}.nodeSelector[${key}]: ${deprecatedNodeLabels[key]}`] : [],
  );
  return [...selected, ...nodeAffinityWarnings(path, spec), ...spreadWarnings(path, spec)];
}

function nodeAffinityWarnings(path: string, spec: JsonObject): string[] {
  const affinity = objectIn(objectIn(spec, "affinity"), "nodeAffinity");
  const base = `${path}.affinity.nodeAffinity`;
  const required = "requiredDuringSchedulingIgnoredDuringExecution";
  const preferred = "preferredDuringSchedulingIgnoredDuringExecution";
  const terms = [
    ...objectsIn(objectIn(affinity, required), "nodeSelectorTerms").map((term, index) => ({
      term,
      at: `${base}.${required}.nodeSelectorTerms[${index}]`,
    })),
    ...objectsIn(affinity, preferred).map((each, index) => ({
      term: objectIn(each, "preference"),
      at: `${base}.${preferred}[${index}].preference`,
    })),
  ];
  return terms.flatMap(({ term, at }) =>
    objectsIn(term, "matchExpressions").flatMap(({ key }, index) => {
      const advice = deprecatedNodeLabels[textOf(key)];
      return advice ? [`${at}.matchExpressions[${index}].key: ${textOf(key)} is ${advice}`] : [];
    }),
  );
}

function spreadWarnings(path: string, spec: JsonObject): string[] {
  return objectsIn(spec, "topologySpreadConstraints").flatMap(({ topologyKey, labelSelector }, index) => {
    const at = `${path}.topologySpreadConstraints[${index}]`;
    const advice = deprecatedNodeLabels[textOf(topologyKey)];
    return [
      ...(advice ? [`${at}.topologyKey: ${textOf(topologyKey)} is ${advice}`] : []),
      ...nullSelector(`${at}.labelSelector`, labelSelector),
    ];
  });
}

function nullSelector(path: string, selector: JsonObject[string] | undefined): string[] {
  return selector === undefined || selector === null
    ? [`${path}: a null labelSelector results in matching no pod`]
    : [];
}

function annotationWarnings(path: string, annotations: Readonly<Record<string, string>>): string[] {
  return Object.entries(deprecatedAnnotations).flatMap(([key, advice]) =>
    annotations[key] === undefined ? [] : [`${path}[${key}]: ${advice}`],
  );
}

function volumeWarnings(path: string, spec: JsonObject): string[] {
  return objectsIn(spec, "volumes").flatMap((volume, index) => {
    const at = `${path}.volumes[${index}]`;
    const old = Object.entries(oldVolumes).flatMap(([kind, advice]) =>
      volume[kind] === undefined ? [] : [`${at}.${kind === "storageos" ? "storageOS" : kind}: ${advice}`],
    );
    const template = objectIn(objectIn(volume, "ephemeral"), "volumeClaimTemplate");
    const claim = objectIn(template, "spec");
    return [...old, ...(claim ? claimWarnings(`${at}.ephemeral.volumeClaimTemplate.spec`, claim) : [])];
  });
}

/** Warnings for the spec of a claim. */
export function claimWarnings(path: string, spec: JsonObject): string[] {
  const resources = objectIn(spec, "resources");
  return ["requests", "limits"].flatMap((kind) =>
    fractionalSize(`${path}.resources.${kind}[storage]`, objectIn(resources, kind)?.storage),
  );
}

function pullSecretWarnings(path: string, spec: JsonObject): string[] {
  const names = objectsIn(spec, "imagePullSecrets").map(({ name }) => textOf(name));
  const at = (index: number) => `${path}.imagePullSecrets[${index}].name`;
  return [
    ...names.flatMap((name, index) =>
      names.indexOf(name) < index ? [`${at(index)}: duplicate name ${JSON.stringify(name)}`] : [],
    ),
    ...names.flatMap((name, index) => (name === "" ? [`${at(index)}: invalid empty name ""`] : [])),
  ];
}

function sizeWarnings({ path, container }: PlacedContainer): string[] {
  const resources = objectIn(container, "resources");
  return ["memory", "ephemeral-storage"].flatMap((name) =>
    ["limits", "requests"].flatMap((kind) =>
      fractionalSize(`${path}.resources.${kind}[${name}]`, objectIn(resources, kind)?.[name]),
    ),
  );
}

/** A variable that is set twice, unless the second value is built from the first. */
function environmentWarnings({ path, container }: PlacedContainer): string[] {
  const seen = new Set<string>();
  return objectsIn(container, "env").flatMap(({ name, value, valueFrom }, index) => {
    const reference = `$(${textOf(name)})`;
    const text = textOf(value);
    const isHiding = valueFrom !== undefined || text === reference || !text.includes(reference);
    const isSecond = seen.has(textOf(name));
    seen.add(textOf(name));
    return isSecond && isHiding
      ? [
          `${path}.env[${index}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`,
        ]
      : [];
  });
}

interface PlacedPort {
  readonly path: string;
  readonly port: JsonObject;
}

function portsOf(containers: readonly PlacedContainer[]): PlacedPort[] {
  return containers.flatMap(({ path, container }) =>
    objectsIn(container, "ports").map((port, index) => ({ path: `${path}.ports[${index}]`, port })),
  );
}

function portWarnings(containers: readonly PlacedContainer[]): string[] {
  const ports = portsOf(containers);
  return ports.flatMap(({ path, port }, index) => {
    const isLoose = textOf(port.hostIP) !== "" && numberOf(port.hostPort) === 0;
    const same = ports.slice(0, index).filter((other) => isSamePort(other.port, port));
    return [
      ...(isLoose ? [`${path}: hostIP set without hostPort: ${printedPort(port)}`] : []),
      ...same.flatMap((other) => clash(path, port, other)),
    ];
  });
}

function isSamePort(a: JsonObject, b: JsonObject): boolean {
  return a.containerPort === b.containerPort && a.protocol === b.protocol;
}

function clash(path: string, port: JsonObject, other: PlacedPort): string[] {
  const [hostPort, otherPort] = [numberOf(port.hostPort), numberOf(other.port.hostPort)];
  const [hostIP, otherIP] = [textOf(port.hostIP), textOf(other.port.hostIP)];
  if (hostPort === otherPort && hostIP === otherIP) {
    return [`${path}: duplicate port definition with ${other.path}`];
  }
  if (hostPort === 0 || otherPort === 0) {
    return [`${path}: overlapping port definition with ${other.path}`];
  }
  return hostPort === otherPort && (hostIP === "") !== (otherIP === "")
    ? [`${path}: dangerously ambiguous port definition with ${other.path}`]
    : [];
}

function printedPort(port: JsonObject): string {
  const { name, hostPort, containerPort, protocol, hostIP } = port;
  return `{Name:${textOf(name)} HostPort:${numberOf(hostPort)} ContainerPort:${numberOf(containerPort)} Protocol:${textOf(protocol)} HostIP:${textOf(hostIP)}}`;
}

function portNameWarnings(containers: readonly PlacedContainer[]): string[] {
  const first = new Map<string, string>();
  return portsOf(containers).flatMap(({ path, port }) => {
    const name = textOf(port.name);
    const other = first.get(name);
    if (name !== "" && other === undefined) {
      first.set(name, path);
    }
    return other === undefined
      ? []
      : [
          `${path}: duplicate port name ${JSON.stringify(name)} with ${other}, services and probes that select ports by name will use ${other}`,
        ];
  });
}

function graceWarnings(path: string, { terminationGracePeriodSeconds }: JsonObject): string[] {
  return numberOf(terminationGracePeriodSeconds) < 0
    ? [
        `${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`,
      ]
    : [];
}

function affinityWarnings(path: string, spec: JsonObject): string[] {
  return ["podAffinity", "podAntiAffinity"].flatMap((kind) => {
    const affinity = objectIn(objectIn(spec, "affinity"), kind);
    const required = "requiredDuringSchedulingIgnoredDuringExecution";
    const preferred = "preferredDuringSchedulingIgnoredDuringExecution";
    const base = `${path}.affinity.${kind}`;
    return [
      ...objectsIn(affinity, required).flatMap(({ labelSelector }, index) =>
        nullSelector(`${base}.${required}[${index}].labelSelector`, labelSelector),
      ),
      ...objectsIn(affinity, preferred).flatMap((each, index) =>
        nullSelector(
          `${base}.${preferred}[${index}].podAffinityTerm.labelSelector`,
          objectIn(each, "podAffinityTerm")?.labelSelector,
        ),
      ),
    ];
  });
}
