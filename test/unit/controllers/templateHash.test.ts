import assert from "node:assert/strict";
import { goDump } from "../../../src/practiceCluster/controllers/kit/goDump.ts";
import { podTemplateHash } from "../../../src/practiceCluster/controllers/kit/templateHash.ts";

/** As `kubectl create deployment front --image=nginx:1.22` leaves it, with the server's defaults. */
const front = {
  metadata: { labels: { app: "front" } },
  spec: {
    containers: [
      {
        name: "nginx",
        image: "nginx:1.22",
        imagePullPolicy: "IfNotPresent",
        resources: {},
        terminationMessagePath: "/dev/termination-log",
        terminationMessagePolicy: "File",
      },
    ],
    dnsPolicy: "ClusterFirst",
    restartPolicy: "Always",
    schedulerName: "default-scheduler",
    securityContext: {},
    terminationGracePeriodSeconds: 30,
  },
};

describe("the hash of a Pod template", () => {
  it("is the one that a real cluster gives it", () => {
    assert.equal(podTemplateHash(front, undefined), "696b7564cd");
  });

  it("depends on what the template says, not on the order in which it says it", () => {
    const { metadata, spec } = front;
    const [container] = spec.containers;
    assert.equal(podTemplateHash({ spec: { ...spec }, metadata }, undefined), "696b7564cd");
    const other = { metadata, spec: { ...spec, containers: [{ ...container, image: "nginx:1.23" }] } };
    assert.notEqual(podTemplateHash(other, undefined), "696b7564cd");
  });

  it("differs with each collision, the first of which is not the same as none", () => {
    const hashes = [undefined, 0, 1, 2].map((count) => podTemplateHash(front, count));
    assert.equal(new Set(hashes).size, 4);
  });

  it("writes quantities as Go keeps them, by value and scale, with the text where it is canonical", () => {
    const text = (value: string) =>
      goDump("resource.Quantity", value).replaceAll(/\(resource\.[A-Za-z0-9]+\)|\(int64\)|\(string\)/g, "");
    assert.equal(text("500m"), "{i:{value:500 scale:-3} d:{Dec:(*inf.Dec)<nil>} s:500m Format:DecimalSI}");
    assert.equal(text("64Mi"), "{i:{value:67108864 scale:0} d:{Dec:(*inf.Dec)<nil>} s: Format:BinarySI}");
    assert.equal(text("1Gi"), "{i:{value:1073741824 scale:0} d:{Dec:(*inf.Dec)<nil>} s:1Gi Format:BinarySI}");
    assert.equal(text("1e3"), "{i:{value:1 scale:3} d:{Dec:(*inf.Dec)<nil>} s:1e3 Format:DecimalExponent}");
    assert.equal(text("0"), "{i:{value:0 scale:0} d:{Dec:(*inf.Dec)<nil>} s:0 Format:DecimalSI}");
  });

  it("tells fields that are not set from empty ones that are", () => {
    const empty = goDump("core/v1.PodTemplateSpec", { spec: { securityContext: {}, volumes: [] } });
    assert.match(empty, /Volumes:\(\[\]v1\.Volume\)<nil>/);
    assert.match(empty, /SecurityContext:\(\*v1\.PodSecurityContext\)\{SELinuxOptions/);
    assert.match(goDump("core/v1.PodTemplateSpec", {}), /SecurityContext:\(\*v1\.PodSecurityContext\)<nil>/);
  });
});
