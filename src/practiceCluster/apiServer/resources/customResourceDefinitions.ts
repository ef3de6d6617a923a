import type { ICustomResourceDefinition } from "kubernetes-models/apiextensions.k8s.io/v1/CustomResourceDefinition";
import { customResourceDefinitions } from "../../api/resources.ts";
import { createdAtColumn, nameColumn } from "./columns.ts";
import type { ResourceDefinition } from "./definition.ts";
import { statusSubresource } from "./plain.ts";

/** What keeps a CustomResourceDefinition until its objects are gone. */
export const customResourceCleanup = "customresourcecleanup.apiextensions.k8s.io";

/** apiextensions.k8s.io/v1 CustomResourceDefinition. */
export const customResourceDefinitionDefinition: ResourceDefinition<ICustomResourceDefinition> = {
  resource: customResourceDefinitions,
  singularName: "customresourcedefinition",
  shortNames: ["crd", "crds"],
  categories: ["api-extensions"],
  subresources: [statusSubresource],
  hasStatus: true,
  generationOf: ({ spec }) => spec,
  columns: [nameColumn, createdAtColumn],
  prepareForCreate: (definition) => {
    const stored = versionsOf(definition)
      .filter(({ storage }) => storage)
      .map(({ name }) => name);
    definition.status = { storedVersions: stored, conditions: [], acceptedNames: { kind: "", plural: "" } };
    const { finalizers = [] } = definition.metadata ?? {};
    definition.metadata = {
      ...definition.metadata,
      finalizers: [...new Set([...finalizers, customResourceCleanup])],
    };
  },
  prepareForUpdate: (definition) => {
    const stored = versionsOf(definition).find(({ storage }) => storage)?.name;
    const storedVersions = definition.status?.storedVersions ?? [];
    if (definition.status && stored !== undefined && !storedVersions.includes(stored)) {
      definition.status.storedVersions = [...storedVersions, stored];
    }
  },
};

/** None have been asked for yet when a definition is made ready: a body may leave them out. */
function versionsOf({ spec }: ICustomResourceDefinition): ICustomResourceDefinition["spec"]["versions"] {
  return spec.versions ?? [];
}
