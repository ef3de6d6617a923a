import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { ISecret } from "kubernetes-models/v1/Secret";
import type { IServiceAccount } from "kubernetes-models/v1/ServiceAccount";
import { configMaps, secrets, serviceAccounts } from "../../api/resources.ts";
import { ageColumn, nameColumn } from "./columns.ts";
import type { ResourceDefinition } from "./definition.ts";
import { textColumn } from "./plain.ts";

/** v1 ConfigMap. */
export const configMapDefinition: ResourceDefinition<IConfigMap> = {
  resource: configMaps,
  singularName: "configmap",
  shortNames: ["cm"],
  columns: [
    nameColumn,
    {
      ...textColumn<IConfigMap>(
        "Data",
        ["ConfigMap", "data"],
        ({ data, binaryData }) => Object.keys(data ?? {}).length + Object.keys(binaryData ?? {}).length,
      ),
    },
    ageColumn,
  ],
};

/** v1 Secret. */
export const secretDefinition: ResourceDefinition<ISecret> = {
  resource: secrets,
  singularName: "secret",
  columns: [
    nameColumn,
    textColumn<ISecret>("Type", ["Secret", "type"], (secret) => secret.type ?? ""),
    textColumn<ISecret>("Data", ["Secret", "data"], ({ data }) => Object.keys(data ?? {}).length),
    ageColumn,
  ],
  selectableFields: (object) => ({ type: (object as ISecret).type ?? "" }),
  prepareForCreate: mergeStringData,
  prepareForUpdate: mergeStringData,
};

/** v1 ServiceAccount. */
export const serviceAccountDefinition: ResourceDefinition<IServiceAccount> = {
  resource: serviceAccounts,
  singularName: "serviceaccount",
  shortNames: ["sa"],
  subresources: [
    { name: "token", verbs: ["create"], kind: "TokenRequest", group: "authentication.k8s.io", version: "v1" },
  ],
  columns: [
    nameColumn,
    textColumn<IServiceAccount>(
      "Secrets",
      ["ServiceAccount", "secrets"],
      ({ secrets: names }) => names?.length ?? 0,
    ),
    ageColumn,
  ],
};

/** stringData is write-only: it ends up encoded in data. */
function mergeStringData(secret: ISecret): void {
  const { stringData } = secret;
  if (stringData) {
    const encoded = Object.entries(stringData).map(([key, value]) => [
      key,
      Buffer.from(value, "utf8").toString("base64"),
    ]);
    secret.data = { ...secret.data, ...Object.fromEntries(encoded) };
    delete secret.stringData;
  }
}
