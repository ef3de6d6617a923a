import type { ISelfSubjectReview } from "kubernetes-models/authentication.k8s.io/v1/SelfSubjectReview";
import type { ITokenReview } from "kubernetes-models/authentication.k8s.io/v1/TokenReview";
import type { ISelfSubjectRulesReview } from "kubernetes-models/authorization.k8s.io/v1/SelfSubjectRulesReview";
import type { ISubjectAccessReview } from "kubernetes-models/authorization.k8s.io/v1/SubjectAccessReview";
import { Problems } from "../../../common/kubernetes/validation/problems.ts";
import type { Resource } from "../../api/resource.ts";
import type { User } from "../http/exchange.ts";
import type { RequestContext } from "../requests/context.ts";
import { refusals } from "../requests/errors.ts";
import { refuseProblems } from "../requests/invalid.ts";
import type { Pipeline } from "../requests/pipeline.ts";
import { authorize, rulesFor } from "./rbac.ts";
import type { RequestAttributes } from "./requestAttributes.ts";

type AccessSpec = Pick<ISubjectAccessReview["spec"], "resourceAttributes" | "nonResourceAttributes">;

/** Whether a user may do what a review describes. Throws 422 when it does not say one thing. */
export function accessStatus(
  pipeline: Pipeline,
  resource: Resource,
  user: User,
  spec: AccessSpec,
): NonNullable<ISubjectAccessReview["status"]> {
  const problems = new Problems();
  if (spec.resourceAttributes && spec.nonResourceAttributes) {
    problems.invalid(
      "spec.nonResourceAttributes",
      { ...spec.nonResourceAttributes },
      "cannot be specified in combination with resourceAttributes",
    );
  }
  if (!spec.resourceAttributes && !spec.nonResourceAttributes) {
    problems.invalid(
      "spec.resourceAttributes",
      null,
      "exactly one of nonResourceAttributes or resourceAttributes must be specified",
    );
  }
  refuseProblems(resource, "", problems.found);
  const { allowed, reason } = authorize(pipeline, user, attributesIn(spec));
  return { allowed, ...(reason === "" ? {} : { reason }) };
}

function attributesIn({ resourceAttributes, nonResourceAttributes }: AccessSpec): RequestAttributes {
  const {
    verb = "",
    group = "",
    version = "",
    resource = "",
    subresource = "",
    name = "",
    namespace = "",
  } = resourceAttributes ?? {};
  return {
    verb: nonResourceAttributes?.verb ?? verb,
    isResource: nonResourceAttributes === undefined,
    group,
    version,
    resource,
    subresource,
    name,
    namespace,
    path: nonResourceAttributes?.path ?? "",
  };
}

/** Everything the asker may do in a namespace. Throws 400 without one. */
export function answerRulesReview(
  { spec, ...review }: ISelfSubjectRulesReview,
  pipeline: Pipeline,
  context: RequestContext,
): ISelfSubjectRulesReview {
  const namespace = spec.namespace ?? "";
  if (namespace === "") {
    throw refusals.badRequest("no namespace on request");
  }
  const { rules, problems } = rulesFor(pipeline, userOf(context), namespace);
  const all = rules.map(({ rule }) => rule);
  return {
    ...review,
    spec: {},
    status: {
      resourceRules: all
        .filter(({ resources = [] }) => resources.length > 0)
        .map(({ verbs, apiGroups, resources, resourceNames }) => ({
          verbs,
          apiGroups: apiGroups ?? [],
          resources: resources ?? [],
          ...(resourceNames ? { resourceNames } : {}),
        })),
      nonResourceRules: all
        .filter(({ nonResourceURLs = [] }) => nonResourceURLs.length > 0)
        .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs: nonResourceURLs ?? [] })),
      incomplete: false,
      ...(problems.length > 0 ? { evaluationError: problems.join(", ") } : {}),
    },
  };
}

/** Who the asker is. */
export function answerSelfReview(
  review: ISelfSubjectReview,
  _pipeline: Pipeline,
  context: RequestContext,
): ISelfSubjectReview {
  return { ...review, status: { userInfo: userInfo(userOf(context)) } };
}

/** Whom a token belongs to. Throws 400 without one. */
export function answerTokenReview(
  review: ITokenReview,
  pipeline: Pipeline,
  context: RequestContext,
): ITokenReview {
  const { token = "", audiences = [] } = review.spec;
  if (token === "") {
    throw refusals.badRequest("token is required for TokenReview in authentication");
  }
  const user = pipeline.tokens.userOf(pipeline, token, context.now);
  const wanted = audiences.length > 0 ? audiences : (user?.audiences ?? []);
  const shared = wanted.filter((audience) => user?.audiences.includes(audience));
  if (!user || shared.length === 0) {
    return { ...review, status: { user: {}, error: "invalid bearer token" } };
  }
  return { ...review, status: { authenticated: true, user: userInfo(user), audiences: shared } };
}

/** The user of a request. */
export function userOf({ userName, groups, userId, extra }: RequestContext): User {
  return { name: userName, groups, ...(userId ? { uid: userId } : {}), ...(extra ? { extra } : {}) };
}

function userInfo({ name, groups, uid, extra }: User) {
  const copied = Object.entries(extra ?? {}).map(([key, values]): [string, string[]] => [key, [...values]]);
  return {
    username: name,
    ...(uid ? { uid } : {}),
    groups: [...groups],
    ...(extra ? { extra: Object.fromEntries(copied) } : {}),
  };
}
