import type { INamespace } from "kubernetes-models/v1/Namespace";
import { namespaces } from "../../api/resources.ts";
import { ageColumn, nameColumn } from "./columns.ts";
import type { ResourceDefinition } from "./definition.ts";
import { statusSubresource, textColumn } from "./plain.ts";

/** v1 Namespace (pkg/registry/core/namespace). */
export const namespaceDefinition: ResourceDefinition<INamespace> = {
  resource: namespaces,
  singularName: "namespace",
  shortNames: ["ns"],
  subresources: [{ name: "finalize", verbs: ["update"] }, statusSubresource],
  hasStatus: true,
  columns: [
    nameColumn,
    textColumn<INamespace>("Status", "The status of the namespace", ({ status }) => status?.phase ?? ""),
    ageColumn,
  ],
  selectableFields: (object) => ({ "status.phase": (object as INamespace).status?.phase ?? "" }),
  // a namespace goes when the last of its contents is gone: its controller then takes this finalizer away
  isHeld: ({ spec }) => (spec?.finalizers ?? []).length > 0,
  prepareForCreate: (namespace) => {
    namespace.spec = { finalizers: ["kubernetes"] };
    namespace.status = { phase: "Active" };
    namespace.metadata = {
      ...namespace.metadata,
      labels: {
        ...namespace.metadata?.labels,
        "kubernetes.io/metadata.name": namespace.metadata?.name ?? "",
      },
    };
  },
};
