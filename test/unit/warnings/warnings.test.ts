import assert from "node:assert/strict";
import type { KubernetesObject } from "../../../src/common/kubernetes/objects.ts";
import type { Resource } from "../../../src/common/kubernetes/resource.ts";
import { warningsOfCreate, warningsOfUpdate } from "../../../src/common/kubernetes/warnings/index.ts";
import { cronJobs, deployments, pods, statefulSets } from "../../../src/practiceCluster/api/resources.ts";

function warnings(resource: Resource, object: object): string[] {
  return warningsOfCreate(resource, object as KubernetesObject);
}

function pod(spec: object, name = "one"): object {
  return { metadata: { name }, spec: { containers: [{ name: "main" }], ...spec } };
}

function deployment(spec: object, name = "one"): object {
  return { metadata: { name }, spec: { template: pod(spec) } };
}

describe("what the server warns of", () => {
  it("says nothing of a plain Pod", () => {
    assert.deepEqual(warnings(pods, pod({})), []);
  });

  it("advises names that host names can be made of", () => {
    const [message] = warnings(deployments, deployment({}, "web.front"));
    assert.match(message ?? "", /^metadata.name: this is used in Pod names and hostnames, which can result/);
    assert.match(warnings(pods, pod({}, "web.front"))[0] ?? "", /this is used in the Pod's hostname/);
    assert.deepEqual(warnings(statefulSets, deployment({}, "web.front")), []);
  });

  it("sees a size that is no whole number of bytes", () => {
    const resources = { limits: { memory: "512m", cpu: "100m" } };
    const containers = [{ name: "main", resources }];
    assert.deepEqual(warnings(deployments, deployment({ containers })), [
      'spec.template.spec.containers[0].resources.limits[memory]: fractional byte value "512m" is invalid, must be an integer',
    ]);
    const claim = { spec: { resources: { requests: { storage: "100m" } } } };
    const set = { metadata: { name: "one" }, spec: { template: pod({}), volumeClaimTemplates: [claim] } };
    const text = 'resources.requests[storage]: fractional byte value "100m" is invalid, must be an integer';
    assert.deepEqual(warnings(statefulSets, set), [`spec.volumeClaimTemplates[0].${text}`]);
    const update = warningsOfUpdate(statefulSets, set as KubernetesObject);
    assert.deepEqual(update, [`spec.volumeClaimTemplates[0].Spec.${text}`]);
  });

  it("sees a variable that hides another, but not one that is built from it", () => {
    const env = [
      { name: "A", value: "1" },
      { name: "A", value: "$(A)2" },
      { name: "A", value: "3" },
    ];
    assert.deepEqual(warnings(pods, pod({ containers: [{ name: "main", env }] })), [
      'spec.containers[0].env[2]: hides previous definition of "A", which may be dropped when using apply',
    ]);
  });

  it("sees ports that come twice, by number and by name", () => {
    const port = (extra: object) => ({ containerPort: 80, protocol: "TCP", ...extra });
    const containers = [
      { name: "one", ports: [port({ name: "http" })] },
      { name: "two", ports: [port({ name: "http" }), port({ hostPort: 8080 })] },
    ];
    assert.deepEqual(warnings(pods, pod({ containers })), [
      "spec.containers[1].ports[0]: duplicate port definition with spec.containers[0].ports[0]",
      "spec.containers[1].ports[1]: overlapping port definition with spec.containers[0].ports[0]",
      "spec.containers[1].ports[1]: overlapping port definition with spec.containers[1].ports[0]",
      'spec.containers[1].ports[0]: duplicate port name "http" with spec.containers[0].ports[0], services and probes that select ports by name will use spec.containers[0].ports[0]',
    ]);
  });

  it("sees selectors that select nothing, and labels of nodes that are out of use", () => {
    const term = { topologyKey: "kubernetes.io/hostname" };
    const podAntiAffinity = { requiredDuringSchedulingIgnoredDuringExecution: [term] };
    const spec = {
      nodeSelector: { "beta.kubernetes.io/os": "linux" },
      affinity: { podAntiAffinity },
      topologySpreadConstraints: [{ topologyKey: "zone" }],
    };
    const template = { spec: { template: pod(spec) } };
    const prefix = "spec.jobTemplate.spec.template.spec";
    assert.deepEqual(warnings(cronJobs, { metadata: { name: "one" }, spec: { jobTemplate: template } }), [
      `${prefix}.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead`,
      `${prefix}.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod`,
      `${prefix}.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector: a null labelSelector results in matching no pod`,
    ]);
  });
});
