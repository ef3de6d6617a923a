import { stringify } from "yaml";
import type { ClusterCertificates } from "./identityFiles.ts";

/** The administrator's kubeconfig for a server on 127.0.0.1: one cluster, one user, one context, nothing outside the file. */
export function kubeconfigText(certificates: ClusterCertificates, port: number, name: string): string {
  const encoded = (text: string) => Buffer.from(text, "utf8").toString("base64");
  const context = { name, context: { cluster: name, user: name, namespace: "default" } };
  return stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        {
          name,
          cluster: {
            server: `https://127.0.0.1:${port}`,
            "certificate-authority-data": encoded(certificates.authority.certificate),
          },
        },
      ],
      users: [
        {
          name,
          user: {
            "client-certificate-data": encoded(certificates.administrator.certificate),
            "client-key-data": encoded(certificates.administrator.key),
          },
        },
      ],
      contexts: [context],
      "current-context": name,
    },
    { lineWidth: 0 },
  );
}
