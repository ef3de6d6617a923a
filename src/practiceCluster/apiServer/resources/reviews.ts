import type { ISelfSubjectReview } from "kubernetes-models/authentication.k8s.io/v1/SelfSubjectReview";
import type { ITokenReview } from "kubernetes-models/authentication.k8s.io/v1/TokenReview";
import type { ILocalSubjectAccessReview } from "kubernetes-models/authorization.k8s.io/v1/LocalSubjectAccessReview";
import type { ISelfSubjectAccessReview } from "kubernetes-models/authorization.k8s.io/v1/SelfSubjectAccessReview";
import type { ISelfSubjectRulesReview } from "kubernetes-models/authorization.k8s.io/v1/SelfSubjectRulesReview";
import type { ISubjectAccessReview } from "kubernetes-models/authorization.k8s.io/v1/SubjectAccessReview";
import type { KubernetesObject } from "../../../common/kubernetes/objects.ts";
import { Problems } from "../../../common/kubernetes/validation/problems.ts";
import type { Resource } from "../../api/resource.ts";
import {
  accessStatus,
  answerRulesReview,
  answerSelfReview,
  answerTokenReview,
  userOf,
} from "../authorization/reviews.ts";
import { refuseProblems } from "../requests/invalid.ts";
import type { Pipeline } from "../requests/pipeline.ts";
import type { ResourceDefinition } from "./definition.ts";

/** authorization.k8s.io/v1 SelfSubjectAccessReview. */
export const selfSubjectAccessReviewDefinition: ResourceDefinition<ISelfSubjectAccessReview> = {
  resource: review("authorization.k8s.io", "SelfSubjectAccessReview"),
  singularName: "selfsubjectaccessreview",
  answer: (asked, pipeline, context) => {
    const { resource } = selfSubjectAccessReviewDefinition;
    return { ...asked, status: accessStatus(pipeline, resource, userOf(context), asked.spec) };
  },
};

/** authorization.k8s.io/v1 SubjectAccessReview. */
export const subjectAccessReviewDefinition: ResourceDefinition<ISubjectAccessReview> = {
  resource: review("authorization.k8s.io", "SubjectAccessReview"),
  singularName: "subjectaccessreview",
  answer: (asked, pipeline) => withSubjectStatus(asked, pipeline, subjectAccessReviewDefinition.resource),
};

/** authorization.k8s.io/v1 LocalSubjectAccessReview. */
export const localSubjectAccessReviewDefinition: ResourceDefinition<ILocalSubjectAccessReview> = {
  resource: { ...review("authorization.k8s.io", "LocalSubjectAccessReview"), namespaced: true },
  singularName: "localsubjectaccessreview",
  answer: (asked, pipeline) => {
    const { resource } = localSubjectAccessReviewDefinition;
    const problems = new Problems();
    const named = asked.spec.resourceAttributes?.namespace ?? "";
    if (asked.spec.resourceAttributes && named !== (asked.metadata?.namespace ?? "")) {
      problems.invalid("spec.resourceAttributes.namespace", named, "must match metadata.namespace");
    }
    if (asked.spec.nonResourceAttributes) {
      problems.invalid(
        "spec.nonResourceAttributes",
        { ...asked.spec.nonResourceAttributes },
        "disallowed on this kind of request",
      );
    }
    refuseProblems(resource, "", problems.found);
    return withSubjectStatus(asked, pipeline, resource);
  },
};

/** authorization.k8s.io/v1 SelfSubjectRulesReview. */
export const selfSubjectRulesReviewDefinition: ResourceDefinition<ISelfSubjectRulesReview> = {
  resource: review("authorization.k8s.io", "SelfSubjectRulesReview"),
  singularName: "selfsubjectrulesreview",
  answer: answerRulesReview,
};

/** authentication.k8s.io/v1 SelfSubjectReview. */
export const selfSubjectReviewDefinition: ResourceDefinition<ISelfSubjectReview> = {
  resource: review("authentication.k8s.io", "SelfSubjectReview"),
  singularName: "selfsubjectreview",
  answer: answerSelfReview,
};

/** authentication.k8s.io/v1 TokenReview. */
export const tokenReviewDefinition: ResourceDefinition<ITokenReview> = {
  resource: review("authentication.k8s.io", "TokenReview"),
  singularName: "tokenreview",
  answer: answerTokenReview,
};

function review<T extends KubernetesObject>(group: string, kind: string): Resource<T> {
  return { group, version: "v1", resource: `${kind.toLowerCase()}s`, kind, namespaced: false };
}

type SubjectReview = ISubjectAccessReview | ILocalSubjectAccessReview;

function withSubjectStatus<T extends SubjectReview>(asked: T, pipeline: Pipeline, resource: Resource): T {
  const { user = "", groups = [] } = asked.spec;
  const problems = new Problems();
  if (user === "" && groups.length === 0) {
    problems.invalid("spec.user", user, "at least one of user or group must be specified");
  }
  refuseProblems(resource, "", problems.found);
  return { ...asked, status: accessStatus(pipeline, resource, { name: user, groups }, asked.spec) };
}
