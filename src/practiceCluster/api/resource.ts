/** Part of the API's contract; the manifest help names resources the same way, so they live in common. */
export { apiVersionOf, groupResourceOf, type Resource } from "../../common/kubernetes/resource.ts";
