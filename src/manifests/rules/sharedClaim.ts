import type { ManifestObject } from "../source/manifestObject.ts";
import type { Scene } from "../workspace/scene.ts";
import { podSpecPath, replicasOf } from "./podTemplate.ts";
import type { Rule, RuleExamples } from "./rule.ts";

/** One ReadWriteOnce claim for several replicas: they share a disk, or wait for each other's node. */
export const sharedClaim: Rule = {
  id: "shared-claim",
  severity: "warning",
  kinds: ["StatefulSet", "Deployment", "ReplicaSet"],
  title: { ja: "複数のレプリカで 1 つの PVC を共有", en: "One claim shared by several replicas" },
  why: {
    ja: "volumes の persistentVolumeClaim はすべてのレプリカに同じディスクを渡します。ReadWriteOnce のディスクは 1 つのノードからしか使えず、同じノードでは複数のプロセスが同じファイルを書き換えます。Pod ごとのディスクには volumeClaimTemplates を使います。",
    en: "A persistentVolumeClaim in volumes gives all replicas the same disk. A ReadWriteOnce disk works on one node only, and on that node several processes write the same files. For a disk for each Pod use volumeClaimTemplates.",
  },
  lesson: "3.1",
  *check(object, scene) {
    const replicas = replicasOf(object);
    if (replicas < 2) {
      return;
    }
    for (const volume of object.items([...podSpecPath(object), "volumes"])) {
      const path = [...volume, "persistentVolumeClaim", "claimName"];
      const claim = object.text(path);
      if (claim !== undefined && isOnlyForOneNode(claim, object, scene)) {
        yield {
          path,
          message: {
            ja: `${replicas} 個のレプリカが ReadWriteOnce の PVC ${claim} を共有します。Pod ごとのディスクが必要なら volumeClaimTemplates にします。`,
            en: `${replicas} replicas share the ReadWriteOnce claim ${claim}. For a disk for each Pod, make it a volumeClaimTemplate.`,
          },
        };
      }
    }
  },
};

/** Whether the claim is known, and known to be for one node or one Pod. */
function isOnlyForOneNode(name: string, object: ManifestObject, scene: Scene): boolean {
  const manifest = scene.neighbour("PersistentVolumeClaim", name, object);
  const live = scene.liveNeighbour("v1", "PersistentVolumeClaim", name, object) as
    | { readonly spec?: { readonly accessModes?: readonly string[] } }
    | undefined;
  const modes = manifest ? manifest.list(["spec", "accessModes"]) : (live?.spec?.accessModes ?? []);
  return modes.length > 0 && modes.every((mode) => mode === "ReadWriteOnce" || mode === "ReadWriteOncePod");
}

const two = (mode: string, replicas = 3) => `kind: Deployment
apiVersion: apps/v1
metadata: {name: web}
spec:
  replicas: ${replicas}
  template:
    spec:
      volumes:
      - name: data
        persistentVolumeClaim: {claimName: files}
---
kind: PersistentVolumeClaim
apiVersion: v1
metadata: {name: files}
spec:
  accessModes: [${mode}]
`;

export const examples: RuleExamples = {
  valid: [two("ReadWriteMany"), two("ReadWriteOnce", 1)],
  invalid: [{ yaml: two("ReadWriteOnce"), marks: ["files"] }],
};
