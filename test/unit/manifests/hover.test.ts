import assert from "node:assert/strict";
import type { KubernetesObject } from "../../../src/common/kubernetes/objects.ts";
import { type FieldHover, hoverAt } from "../../../src/manifests/hover/fieldHover.ts";
import { ManifestFile } from "../../../src/manifests/source/manifestFile.ts";
import { listedState } from "../../../src/manifests/workspace/listedState.ts";
import { Scene } from "../../../src/manifests/workspace/scene.ts";

const set = `# a database
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  serviceName: peers
  replicas: 5
  updateStrategy:
    rollingUpdate:
      partition: 3
  selector:
    matchLabels: {app: db}
  template:
    metadata:
      labels: {app: db}
    spec:
      containers:
      - name: db
        image: postgres:15.4
        resources:
          requests:
            cpu: 100m
  volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes: [ReadWriteOnce]
      resources:
        requests:
          storage: 1Gi
`;

const live = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: {
    name: "db",
    namespace: "default",
    managedFields: [{ manager: "kubectl-client-side-apply", fieldsV1: { "f:spec": { "f:replicas": {} } } }],
  },
  spec: { replicas: 3 },
} as KubernetesObject;

function hoverOn(
  word: string,
  objects: readonly KubernetesObject[] = [],
  text = set,
): FieldHover | undefined {
  const file = ManifestFile.read("db.yaml", text);
  const offset = text.indexOf(word);
  const placed = file.documentAt(offset);
  assert.ok(placed);
  return hoverAt(placed.document, offset - placed.offset + 1, new Scene(file.objects, listedState(objects)));
}

describe("hover on a field", () => {
  it("gives type, default and the API's description", () => {
    const hover = hoverOn("replicas");
    assert.equal(hover?.field, "spec.replicas");
    assert.equal(hover?.type, "integer");
    assert.equal(hover?.default, "1");
    assert.match(hover?.description ?? "", /desired number of replicas/);
  });

  it("says what the change does to the cluster's set", () => {
    const hover = hoverOn("replicas", [live]);
    assert.match(
      hover?.meaning?.en ?? "",
      /^3 → 5: creates db-3, db-4, each once the one before is Ready\. They use 2 claim/,
    );
    assert.match(hover?.meaning?.ja ?? "", /^3 → 5: db-3, db-4 を/);
    assert.deepEqual(hover?.live, { value: "3", managers: ["kubectl-client-side-apply"] });
  });

  it("names the Pods that a partition lets change, in order", () => {
    assert.match(hoverOn("partition")?.meaning?.en ?? "", /updates db-4, db-3, in this order/);
  });

  it("names the claims and the Pods' DNS names", () => {
    assert.match(hoverOn("volumeClaimTemplates")?.meaning?.en ?? "", /data-db-0, data-db-1, …, data-db-4/);
    assert.match(hoverOn("serviceName")?.meaning?.en ?? "", /db-0\.peers\.default\.svc/);
  });

  it("reaches fields of maps and lists", () => {
    assert.equal(hoverOn("cpu: 100m")?.field, "spec.template.spec.containers.resources.requests.cpu");
    assert.equal(hoverOn("image:")?.type, "string");
  });

  it("is silent where nothing is known", () => {
    assert.equal(hoverOn("# a database"), undefined);
    assert.equal(hoverOn("x:", [], "x: y\n"), undefined);
    assert.equal(
      hoverOn("replicas", [], "kind: StatefulSet\napiVersion: apps/v1\nspec:\n  replicas: {{ .n }}\n"),
      undefined,
    );
  });

  it("never shows what a Secret holds", () => {
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "s", namespace: "default" },
      data: { p: "aHVzaA==" },
    };
    const text = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\ndata:\n  p: aHVzaA==\n";
    assert.equal(
      hoverOn("p:", [secret as KubernetesObject], text.replace("data", "stringData"))?.live,
      undefined,
    );
    assert.equal(hoverOn("data:", [secret as KubernetesObject], text)?.live, undefined);
  });
});
