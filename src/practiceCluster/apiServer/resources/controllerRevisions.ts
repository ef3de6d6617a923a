import type { IControllerRevision } from "kubernetes-models/apps/v1/ControllerRevision";
import { controllerRevisions } from "../../api/resources.ts";
import { ageColumn, nameColumn } from "./columns.ts";
import type { ResourceDefinition } from "./definition.ts";
import { textColumn } from "./plain.ts";

/** apps/v1 ControllerRevision. */
export const controllerRevisionDefinition: ResourceDefinition<IControllerRevision> = {
  resource: controllerRevisions,
  singularName: "controllerrevision",
  columns: [
    nameColumn,
    textColumn<IControllerRevision>("Controller", "Controller of the object", controllerName),
    textColumn<IControllerRevision>(
      "Revision",
      ["ControllerRevision", "revision"],
      ({ revision }) => revision,
    ),
    ageColumn,
  ],
};

/** "statefulset.apps/web", as kubectl names resources. */
function controllerName({ metadata }: IControllerRevision): string {
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller);
  if (!owner) {
    return "<none>";
  }
  const group = owner.apiVersion.includes("/") ? `.${owner.apiVersion.split("/")[0]}` : "";
  return `${owner.kind.toLowerCase()}${group}/${owner.name}`;
}
