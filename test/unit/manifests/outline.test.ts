import assert from "node:assert/strict";
import { type OutlineEntry, outlineOf } from "../../../src/manifests/outline/outlineOf.ts";
import { ManifestFile } from "../../../src/manifests/source/manifestFile.ts";

const manifests = `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ledger}
spec:
  template:
    spec:
      initContainers:
      - {name: prepare, image: busybox}
      containers:
      - name: ledger
        image: postgres:16
        ports:
        - {name: sql, containerPort: 5432}
        - containerPort: 9187
      volumes:
      - name: conf
        configMap: {name: tuning}
  volumeClaimTemplates:
  - metadata: {name: disk}
    spec:
      resources: {requests: {storage: 2Gi}}

---
apiVersion: v1
kind: Service
metadata: {name: peers}
spec:
  ports: [{name: sql, port: 5432}]
---
apiVersion: v1
kind: Secret
metadata: {name: login}
stringData:
  password: hidden
---
kind: Pod
apiVersion: v1
spec: {containers: [{}]}
`;

/** An outline as indented lines. */
function lines({ what, name, detail, children }: OutlineEntry): readonly string[] {
  return [`${what} ${name} ${detail}`.trim(), ...children.flatMap(lines).map((line) => `  ${line}`)];
}

describe("the outline of manifests", () => {
  const file = ManifestFile.read("all.yaml", manifests);

  it("has each object with its containers, ports, volumes, claim templates and keys", () => {
    assert.deepEqual(
      file.objects.flatMap((object) => lines(outlineOf(object))),
      [
        "object ledger StatefulSet",
        "  container prepare busybox",
        "  container ledger postgres:16",
        "    port sql 5432",
        "    port 9187",
        "  claim disk 2Gi",
        "  volume conf configMap",
        "object peers Service",
        "  port sql 5432",
        "object login Secret",
        "  key password",
        "object – Pod",
        "  container –",
      ],
    );
  });

  it("holds every head and every child within its whole, as the editor demands", () => {
    const check = ({ whole, head, children }: OutlineEntry) => {
      for (const span of [head, ...children.map((child) => child.whole)]) {
        assert.ok(whole.start <= span.start && span.end <= whole.end, JSON.stringify({ whole, span }));
      }
      children.forEach(check);
    };
    for (const object of file.objects) {
      check(outlineOf(object));
    }
  });
});
