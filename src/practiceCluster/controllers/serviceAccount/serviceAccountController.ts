import type { Clock } from "../../../common/clock.ts";
import { type Disposable, DisposableList } from "../../../common/disposable.ts";
import type { ApiClient } from "../../api/apiClient.ts";
import { configMaps, namespaces, serviceAccounts } from "../../api/resources.ts";
import { KeyedQueue } from "../kit/keyedQueue.ts";

const rootCertificateMap = "kube-root-ca.crt";

/** Gives each namespace its account "default" and the cluster's root certificate. */
export class ServiceAccountController implements Disposable {
  readonly #client: ApiClient;
  readonly #rootCertificate: string;
  readonly #parts = new DisposableList();

  constructor(client: ApiClient, clock: Clock, rootCertificate: string) {
    this.#client = client;
    this.#rootCertificate = rootCertificate;
    const queue = this.#parts.add(new KeyedQueue(clock, (name) => this.#sync(name)));
    this.#parts.add(client.watch(namespaces, ({ object }) => queue.add(object.metadata?.name ?? "")));
    this.#parts.add(
      client.watch(serviceAccounts, ({ object }) => queue.add(object.metadata?.namespace ?? "")),
    );
    this.#parts.add(client.watch(configMaps, ({ object }) => queue.add(object.metadata?.namespace ?? "")));
  }

  dispose(): void {
    this.#parts.dispose();
  }

  #sync(namespace: string): void {
    const home = this.#client.find(namespaces, { name: namespace });
    if (!home || home.metadata?.deletionTimestamp) {
      return;
    }
    if (!this.#client.find(serviceAccounts, { namespace, name: "default" })) {
      const metadata = { namespace, name: "default" };
      this.#client.create(serviceAccounts, { apiVersion: "v1", kind: "ServiceAccount", metadata });
    }
    if (!this.#client.find(configMaps, { namespace, name: rootCertificateMap })) {
      const annotations = {
        "kubernetes.io/description":
          "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.",
      };
      this.#client.create(configMaps, {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { namespace, name: rootCertificateMap, annotations },
        data: { "ca.crt": this.#rootCertificate },
      });
    }
  }
}
