import type { KubernetesObject, ObjectKey } from "../../../common/kubernetes/objects.ts";
import { groupResourceOf, type Resource } from "../../api/resource.ts";
import { requestToken } from "../authentication/tokenRequests.ts";
import type { SubresourcePost } from "../localClient.ts";
import type { RequestContext } from "../requests/context.ts";
import { refusals } from "../requests/errors.ts";
import type { Pipeline } from "../requests/pipeline.ts";
import { bind } from "./binding.ts";
import { evict } from "./eviction.ts";

/** What happens when something is posted to a subresource; nothing of that name is stored. Throws ApiError. */
export type Action = (
  pipeline: Pipeline,
  key: ObjectKey,
  body: KubernetesObject,
  context: RequestContext,
) => KubernetesObject;

const actions: Readonly<Record<string, Action>> = {
  "pods/binding": bind,
  "pods/eviction": evict,
  "serviceaccounts/token": requestToken,
};

/** The action behind a subresource; undefined where there is none. */
export function actionOf(resource: Resource, subresource: string): Action | undefined {
  return actions[`${groupResourceOf(resource)}/${subresource}`];
}

/** Posts to subresources in-process. */
export function subresourceActions(pipeline: Pipeline): SubresourcePost {
  return (resource, key, subresource, body, context) => {
    const action = actionOf(resource, subresource);
    if (!action) {
      throw refusals.noSuchResource();
    }
    return action(pipeline, key, body, context);
  };
}
