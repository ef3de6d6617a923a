import type { IBoundObjectReference } from "kubernetes-models/authentication.k8s.io/v1/BoundObjectReference";
import type { ITokenRequest } from "kubernetes-models/authentication.k8s.io/v1/TokenRequest";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { IServiceAccount } from "kubernetes-models/v1/ServiceAccount";
import type { KubernetesObject, ObjectKey } from "../../../common/kubernetes/objects.ts";
import { Problems } from "../../../common/kubernetes/validation/problems.ts";
import { pods, secrets, serviceAccounts } from "../../api/resources.ts";
import { type RequestContext, timeText } from "../requests/context.ts";
import { refusals } from "../requests/errors.ts";
import { refuseProblems } from "../requests/invalid.ts";
import type { Pipeline } from "../requests/pipeline.ts";
import { tokenIssuer } from "./serviceAccountTokens.ts";

const tokenRequest = {
  group: "authentication.k8s.io",
  version: "v1",
  resource: "token",
  kind: "TokenRequest",
  namespaced: true,
};
const leastSeconds = 600;
const defaultSeconds = 3600;

/** The models leave the bound object out. */
interface RequestedToken extends ITokenRequest {
  readonly spec: ITokenRequest["spec"] & { readonly boundObjectRef?: IBoundObjectReference };
}

/** Answers POST serviceaccounts/NAME/token (pkg/registry/core/serviceaccount/storage). Throws 400, 404, 409, 422. */
export function requestToken(
  pipeline: Pipeline,
  key: ObjectKey,
  body: KubernetesObject,
  context: RequestContext,
): KubernetesObject {
  const account = pipeline.get(serviceAccounts, key) as IServiceAccount;
  const { spec } = body as RequestedToken;
  const expirationSeconds = spec?.expirationSeconds ?? defaultSeconds;
  requireSensibleDuration(expirationSeconds);
  const audiences = spec?.audiences?.length ? spec.audiences : [tokenIssuer];
  const boundTo = spec?.boundObjectRef && boundObject(pipeline, key, spec.boundObjectRef);
  const token = pipeline.tokens.issue(account, { audiences, expirationSeconds, boundTo, now: context.now });
  const answer: ITokenRequest = {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    metadata: {
      name: key.name,
      ...(key.namespace === undefined ? {} : { namespace: key.namespace }),
      creationTimestamp: timeText(context.now),
    },
    spec: { ...spec, audiences, expirationSeconds },
    status: { token, expirationTimestamp: timeText(context.now + expirationSeconds * 1000) },
  };
  return answer;
}

function requireSensibleDuration(seconds: number): void {
  const problems = new Problems();
  if (seconds < leastSeconds) {
    problems.invalid("spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes");
  }
  if (seconds > 2 ** 32) {
    problems.invalid(
      "spec.expirationSeconds",
      seconds,
      "may not specify a duration larger than 2^32 seconds",
    );
  }
  refuseProblems(tokenRequest, "", problems.found);
}

function boundObject(
  pipeline: Pipeline,
  { namespace, name: account }: ObjectKey,
  { kind, name = "", uid }: IBoundObjectReference,
): KubernetesObject {
  if (kind !== "Pod" && kind !== "Secret") {
    throw refusals.badRequest(`cannot bind token to object of type ${JSON.stringify(kind ?? "")}`);
  }
  const resource = kind === "Pod" ? pods : secrets;
  const object = pipeline.get(resource, { namespace, name });
  if (kind === "Pod" && (object as IPod).spec?.serviceAccountName !== account) {
    throw refusals.badRequest(
      `cannot bind token for serviceaccount ${JSON.stringify(account)} to pod running with different serviceaccount name.`,
    );
  }
  if (uid && uid !== object.metadata?.uid) {
    throw refusals.conflict(
      resource,
      name,
      `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  }
  return object;
}
