import type { ILimitRange } from "kubernetes-models/v1/LimitRange";
import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import type { IPod } from "kubernetes-models/v1/Pod";
import { podAmounts } from "../../../common/kubernetes/resourceAmounts.ts";
import { limitRanges } from "../../api/resources.ts";
import { refusals } from "../requests/errors.ts";
import type { Pipeline } from "../requests/pipeline.ts";
import type { Admission, AdmissionReview } from "./admission.ts";
import { brokenLimits, type Limit, limitAmounts } from "./limitConstraints.ts";

type PodSpec = NonNullable<IPod["spec"]>;
type Container = PodSpec["containers"][number];

/** Fills in and enforces the LimitRanges of a namespace (plugin LimitRanger). */
export const limitRanger: Admission = {
  admit(review, pipeline) {
    if (review.resource.resource !== "pods" || !isEnforced(review)) {
      return;
    }
    for (const range of rangesOf(review, pipeline)) {
      fillDefaults(review.object as IPod, range);
    }
  },
  validate(review, pipeline) {
    if (!isEnforced(review)) {
      return;
    }
    for (const range of rangesOf(review, pipeline)) {
      const broken = (range.spec?.limits ?? []).flatMap((limit) => brokenBy(review, limit));
      if (broken.length > 0) {
        const why = broken.length === 1 ? broken[0] : `[${broken.join(", ")}]`;
        throw refusals.forbidden(review.resource, review.object.metadata?.name ?? "", why ?? "");
      }
    }
  },
};

function isEnforced({ operation, resource, part = "object", old }: AdmissionReview): boolean {
  if (resource.group !== "" || operation === "delete" || old?.metadata?.deletionTimestamp) {
    return false;
  }
  if (resource.resource === "pods") {
    return operation === "create" || part === "resize";
  }
  return resource.resource === "persistentvolumeclaims" && part === "object";
}

function rangesOf({ object }: AdmissionReview, pipeline: Pipeline): ILimitRange[] {
  return pipeline.list(limitRanges, { namespace: object.metadata?.namespace }) as ILimitRange[];
}

function fillDefaults(pod: IPod, { spec }: ILimitRange): void {
  const own = (spec?.limits ?? []).filter(({ type }) => type === "Container");
  const requests = Object.assign({}, ...own.map(({ defaultRequest }) => defaultRequest));
  const limits = Object.assign({}, ...own.map((limit) => limit.default));
  const notes = [
    ...(pod.spec?.containers ?? []).flatMap((each) => fillContainer(each, "container", requests, limits)),
    ...(pod.spec?.initContainers ?? []).flatMap((each) =>
      fillContainer(each, "init container", requests, limits),
    ),
  ];
  if (notes.length > 0) {
    pod.metadata = {
      ...pod.metadata,
      annotations: {
        ...pod.metadata?.annotations,
        "kubernetes.io/limit-ranger": `LimitRanger plugin set: ${notes.join("; ")}`,
      },
    };
  }
}

function fillContainer(
  container: Container,
  what: string,
  requests: Record<string, string>,
  limits: Record<string, string>,
): string[] {
  const before = container.resources ?? {};
  container.resources = {
    ...before,
    limits: { ...limits, ...before.limits },
    requests: { ...requests, ...before.requests },
  };
  const note = (kind: string, wanted: object, had: object) => {
    const set = Object.keys(wanted).filter((name) => !(name in had));
    return set.length === 0 ? [] : [`${set.sort().join(", ")} ${kind} for ${what} ${container.name}`];
  };
  return [...note("request", requests, before.requests ?? {}), ...note("limit", limits, before.limits ?? {})];
}

function brokenBy({ resource, object }: AdmissionReview, limit: Limit): string[] {
  if (resource.resource === "persistentvolumeclaims") {
    const { spec } = object as IPersistentVolumeClaim;
    const requests = spec?.resources?.requests ?? {};
    return limit.type === "PersistentVolumeClaim"
      ? brokenLimits(limit, limitAmounts(requests), undefined)
      : [];
  }
  const { spec } = object as IPod;
  if (limit.type === "Container") {
    return [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].flatMap(({ resources }) =>
      brokenLimits(limit, limitAmounts(resources?.requests), limitAmounts(resources?.limits)),
    );
  }
  return limit.type === "Pod" && spec
    ? brokenLimits(limit, podAmounts(spec, "requests"), podAmounts(spec, "limits"))
    : [];
}
