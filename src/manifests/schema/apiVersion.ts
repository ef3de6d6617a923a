import {
  apiVersionsOfKind,
  builtInKinds,
  builtInResource,
  isBuiltInGroup,
} from "../../common/kubernetes/builtInResources.ts";
import { replaceValue } from "../findings/edits.ts";
import type { Finding } from "../findings/finding.ts";
import { nearestName } from "../findings/nearestName.ts";
import { findingAt, fixBy } from "../findings/report.ts";
import type { ManifestObject } from "../source/manifestObject.ts";

const rule = "api-version";

/** Groups of which every version but the known ones was removed from Kubernetes. */
const settledGroups = new Set([
  "",
  "apps",
  "batch",
  "policy",
  "extensions",
  "rbac.authorization.k8s.io",
  "autoscaling",
]);

/**
 * Whether the server would know what `object` is. A kind of a group that isn't Kubernetes' own is a
 * custom resource, and nothing is said of it.
 */
export function apiVersionFindings(object: ManifestObject): readonly Finding[] {
  const missing = missingField(object);
  if (missing) {
    return [missing];
  }
  const { apiVersion, kind } = object;
  if (builtInResource(apiVersion, kind)) {
    return [];
  }
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  const known = apiVersionsOfKind(kind);
  const isOurs = isBuiltInGroup(apiVersion) || group === "extensions";
  if (known.length > 0 && (isOurs || apiVersion.split("/").length > 2)) {
    return [wrongVersion(object, known, settledGroups.has(group))];
  }
  return isOurs && settledGroups.has(group) ? [unknownKind(object)] : [];
}

function missingField(object: ManifestObject): Finding | undefined {
  const field = object.kind === "" ? "kind" : object.apiVersion === "" ? "apiVersion" : undefined;
  if (!field) {
    return undefined;
  }
  const known = field === "apiVersion" ? apiVersionsOfKind(object.kind) : [];
  if (known.length === 0 && field === "apiVersion") {
    // a file of some other tool may well have a field called kind
    return undefined;
  }
  if (field === "kind" && !isBuiltInGroup(object.apiVersion)) {
    return undefined;
  }
  const hint = known[0];
  return findingAt(object, [], {
    rule,
    severity: "error",
    message: {
      ja: `${field} がありません。${hint ? `${object.kind} なら ${hint} です。` : ""}`,
      en: `${field} is missing.${hint ? ` For a ${object.kind} it is ${hint}.` : ""}`,
    },
    fixes: [
      hint
        ? fixBy(
            { ja: `apiVersion: ${hint} を書き足す`, en: `Add apiVersion: ${hint}` },
            firstLine(object, `apiVersion: ${hint}\n`),
          )
        : undefined,
    ],
  });
}

function firstLine(object: ManifestObject, text: string) {
  const start = object.document.yaml.contents?.range?.[0];
  return object.base.length === 0 && start !== undefined ? { start, end: start, text } : undefined;
}

function wrongVersion(object: ManifestObject, known: readonly string[], isRemoved: boolean): Finding {
  const { kind, apiVersion } = object;
  const [first = ""] = known;
  return findingAt(object, ["apiVersion"], {
    rule,
    severity: isRemoved ? "error" : "warning",
    message: {
      ja: `${kind} は ${apiVersion} にはありません。Kubernetes 1.36 では ${known.join(" か ")} です。`,
      en: `There is no ${kind} in ${apiVersion}: in Kubernetes 1.36 it is in ${known.join(" or ")}.`,
    },
    fixes: [
      fixBy(
        { ja: `${first} に変える`, en: `Change to ${first}` },
        replaceValue(object, ["apiVersion"], first),
      ),
    ],
  });
}

function unknownKind(object: ManifestObject): Finding {
  const { kind, apiVersion } = object;
  const near = nearestName(kind, builtInKinds());
  return findingAt(object, ["kind"], {
    rule,
    severity: "error",
    message: {
      ja: `${apiVersion} に ${kind} という種類はありません。${near ? `${near} のことですか?` : ""}`,
      en: `${apiVersion} has no kind ${kind}.${near ? ` Did you mean ${near}?` : ""}`,
    },
    fixes: near
      ? [fixBy({ ja: `${near} に変える`, en: `Change to ${near}` }, replaceValue(object, ["kind"], near))]
      : [],
  });
}
