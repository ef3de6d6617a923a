import assert from "node:assert/strict";
import { definitionsAt, referencesAt } from "../../../src/manifests/references/findReferences.ts";
import type { FieldPlace } from "../../../src/manifests/references/selectors.ts";
import { formatFieldPath } from "../../../src/manifests/source/fieldPath.ts";
import { ManifestFile } from "../../../src/manifests/source/manifestFile.ts";
import { Scene } from "../../../src/manifests/workspace/scene.ts";

const set = `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: ledger
spec:
  serviceName: peers
  selector:
    matchLabels: {app: ledger}
  template:
    metadata:
      labels: {app: ledger, tier: store}
    spec:
      containers:
      - name: ledger
        image: postgres:16
        envFrom:
        - configMapRef: {name: tuning}
        env:
        - name: PASSWORD
          valueFrom:
            secretKeyRef: {name: login, key: password}
        volumeMounts:
        - {name: disk, mountPath: /data}
        - {name: conf, mountPath: /conf}
      volumes:
      - name: conf
        configMap: {name: tuning}
  volumeClaimTemplates:
  - metadata: {name: disk}
    spec: {storageClassName: fast}
`;

const others = `apiVersion: v1
kind: Service
metadata: {name: peers}
spec:
  clusterIP: None
  selector: {app: ledger}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: guard}
spec:
  selector:
    matchLabels: {app: ledger}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: tuning}
data:
  configMap.name: tuning
---
apiVersion: v1
kind: Secret
metadata: {name: login}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: tuning, namespace: elsewhere}
---
apiVersion: v1
kind: Service
metadata: {name: unrelated}
spec:
  selector: {app: other}
---
apiVersion: v1
kind: Pod
metadata: {name: reader}
spec:
  containers: [{name: reader, image: busybox}]
  volumes:
  - name: disk
    persistentVolumeClaim: {claimName: disk-ledger-0}
`;

/** Places as `Kind/name path`, for the text that stands at the mark `|` of `marked`. */
function asked(
  marked: string,
  find: typeof definitionsAt | typeof withDefinition,
  neighbours = others,
): readonly string[] {
  const mark = marked.indexOf("|");
  assert.notEqual(mark, -1, "the text has no mark");
  const file = ManifestFile.read("a.yaml", marked.replace("|", ""));
  const scene = new Scene([...file.objects, ...ManifestFile.read("b.yaml", neighbours).objects]);
  const placed = file.documentAt(mark);
  assert.ok(placed);
  return find(placed.document, mark - placed.offset, scene).map(shown);
}

const withDefinition = (...[document, offset, scene]: Parameters<typeof definitionsAt>) =>
  referencesAt(document, offset, scene, true);

const withoutDefinition = (...[document, offset, scene]: Parameters<typeof definitionsAt>) =>
  referencesAt(document, offset, scene, false);

function shown({ object, path }: FieldPlace): string {
  return `${object.kind}/${object.name} ${formatFieldPath(path)}`;
}

describe("going from a name to what it names", () => {
  it("leads from serviceName to the Service", () => {
    assert.deepEqual(asked(set.replace("serviceName: pe", "serviceName: pe|"), definitionsAt), [
      "Service/peers metadata.name",
    ]);
  });

  it("leads to ConfigMap and Secret of the own namespace only", () => {
    assert.deepEqual(asked(set.replace("configMapRef: {name: t", "configMapRef: {name: t|"), definitionsAt), [
      "ConfigMap/tuning metadata.name",
    ]);
    assert.deepEqual(asked(set.replace("secretKeyRef: {name: l", "secretKeyRef: {name: l|"), definitionsAt), [
      "Secret/login metadata.name",
    ]);
  });

  it("leads from a mount to its claim template or volume", () => {
    assert.deepEqual(asked(set.replace("{name: disk, mo", "{name: di|sk, mo"), definitionsAt), [
      "StatefulSet/ledger spec.volumeClaimTemplates[0].metadata.name",
    ]);
    assert.deepEqual(asked(set.replace("{name: conf, mo", "{name: co|nf, mo"), definitionsAt), [
      "StatefulSet/ledger spec.template.spec.volumes[0].name",
    ]);
  });

  it("leads from a claim's name to the template that a set makes it from", () => {
    const claim = others.replace("claimName: disk", "claimName: di|sk");
    assert.deepEqual(asked(claim, definitionsAt, set), [
      "StatefulSet/ledger spec.volumeClaimTemplates[0].metadata.name",
    ]);
  });

  it("leads from a selector to the labels that it picks", () => {
    const labels = "StatefulSet/ledger spec.template.metadata.labels";
    const service = others.replace("selector: {app: led", "selector: {app: led|");
    assert.deepEqual(asked(service, definitionsAt, set), [labels]);
    assert.deepEqual(
      asked(others.replace("    matchLabels: {app: led", "    matchLabels: {app: led|"), definitionsAt, set),
      [labels],
    );
    assert.deepEqual(asked(others.replace("app: oth", "app: o|th"), definitionsAt, set), []);
  });

  it("leads nowhere from a text of the learner's that looks like a field", () => {
    assert.deepEqual(
      asked(others.replace("configMap.name: tu", "configMap.name: tu|"), definitionsAt, set),
      [],
    );
  });

  it("leads nowhere from a custom resource", () => {
    const custom = set.replace("apps/v1", "example.com/v1").replace("serviceName: pe", "serviceName: pe|");
    assert.deepEqual(asked(custom, definitionsAt), []);
  });
});

describe("finding what names a thing", () => {
  it("finds all mentions of a ConfigMap in its namespace", () => {
    const config = others.replace("metadata: {name: tuning}", "metadata: {name: tu|ning}");
    const references = [
      "StatefulSet/ledger spec.template.spec.containers[0].envFrom[0].configMapRef.name",
      "StatefulSet/ledger spec.template.spec.volumes[0].configMap.name",
    ];
    assert.deepEqual([...asked(config, withoutDefinition, set)].sort(), references);
    assert.deepEqual(asked(config, withDefinition, set), ["ConfigMap/tuning metadata.name", ...references]);
  });

  it("finds the mounts and the claims of a claim template", () => {
    assert.deepEqual(asked(set.replace("{name: disk}", "{name: di|sk}"), withoutDefinition), [
      "StatefulSet/ledger spec.template.spec.containers[0].volumeMounts[0].name",
      "Pod/reader spec.volumes[0].persistentVolumeClaim.claimName",
    ]);
  });

  it("finds the selectors that pick a template's labels", () => {
    assert.deepEqual(asked(set.replace("tier: sto", "tier: st|o"), withoutDefinition), [
      "StatefulSet/ledger spec.selector.matchLabels",
      "Service/peers spec.selector",
      "PodDisruptionBudget/guard spec.selector.matchLabels",
    ]);
  });
});
