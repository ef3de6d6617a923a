import type { Json, JsonObject } from "../../../../src/common/kubernetes/objects.ts";
import { oddText, oddValue, seedObjects } from "./oddValues.ts";
import type { Random } from "./random.ts";
import { actions, type Home, moreHomes, writtenParts } from "./soundObjects.ts";

export interface OddRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

const namespaces = ["default", "kube-system", "fuzz", "nowhere", "Not_A_Name"] as const;
const collections = [
  ["/api/v1", "pods"],
  ["/api/v1", "services"],
  ["/api/v1", "configmaps"],
  ["/api/v1", "secrets"],
  ["/api/v1", "persistentvolumeclaims"],
  ["/api/v1", "events"],
  ["/api/v1", "endpoints"],
  ["/apis/apps/v1", "statefulsets"],
  ["/apis/apps/v1", "deployments"],
  ["/apis/apps/v1", "replicasets"],
  ["/apis/apps/v1", "controllerrevisions"],
  ["/apis/batch/v1", "jobs"],
  ["/apis/policy/v1", "poddisruptionbudgets"],
  ["/apis/discovery.k8s.io/v1", "endpointslices"],
  ["/apis/storage.k8s.io/v1", "storageclasses"],
  ["/apis/apps/v1", "daemonsets"],
  ["/apis/batch/v1", "cronjobs"],
  ["/api/v1", "serviceaccounts"],
  ["/api/v1", "resourcequotas"],
  ["/api/v1", "limitranges"],
  ["/apis/events.k8s.io/v1", "events"],
  ["/apis/fuzz.example/v1", "widgets"],
  ["/apis/rbac.authorization.k8s.io/v1", "roles"],
  ["/apis/nonsense.example/v1", "gadgets"],
] as const;
const clusterCollections = [
  "/api/v1/nodes",
  "/api/v1/namespaces",
  "/api/v1/persistentvolumes",
  "/apis/storage.k8s.io/v1/storageclasses",
  "/api",
  "/apis",
  "/openapi/v3",
  "/openapi/v3/apis/apps/v1",
  "/openapi/v3/apis/fuzz.example/v1",
  "/openapi/v2",
  "/metrics",
  "/readyz",
  "/statefulset-dojo/requests",
  "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
  "/apis/rbac.authorization.k8s.io/v1/clusterroles",
  "/apis/scheduling.k8s.io/v1/priorityclasses",
  "/version",
] as const;
const subresources = [
  "status",
  "scale",
  "log",
  "exec",
  "attach",
  "binding",
  "eviction",
  "resize",
  "proxy",
  "portforward",
  "ephemeralcontainers",
  "finalize",
  "token",
  "x",
] as const;
const methods = [
  "GET",
  "GET",
  "POST",
  "POST",
  "PUT",
  "PATCH",
  "PATCH",
  "DELETE",
  "OPTIONS",
  "HEAD",
  "TRACE",
] as const;
const contentTypes = [
  "application/json",
  "application/json",
  "application/json",
  "application/yaml",
  "application/apply-patch+yaml",
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
  "application/vnd.kubernetes.protobuf",
  "text/plain",
  "",
  "application/json; charset=latin1",
] as const;
const accepts = [
  "application/json",
  "application/json",
  "application/json",
  "application/json",
  "*/*",
  "application/json;as=Table;g=meta.k8s.io;v=v1,application/json",
  "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
  "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
  "application/vnd.kubernetes.protobuf",
  "*/*",
  "nonsense",
  ";;;=,",
] as const;
const parameters = [
  "watch",
  "resourceVersion",
  "resourceVersionMatch",
  "limit",
  "continue",
  "labelSelector",
  "fieldSelector",
  "timeoutSeconds",
  "allowWatchBookmarks",
  "sendInitialEvents",
  "dryRun",
  "fieldManager",
  "fieldValidation",
  "force",
  "propagationPolicy",
  "gracePeriodSeconds",
  "includeObject",
  "command",
  "container",
  "tailLines",
  "follow",
] as const;
const parameterValues = [
  "",
  "0",
  "1",
  "true",
  "false",
  "-1",
  "999999999999999999999",
  "1e9",
  "NaN",
  "a=b",
  "a in (b,c),!d",
  "a in (",
  "metadata.name=web-0",
  "spec.nodeName!=x",
  "Strict",
  "All",
  "Exact",
  "NotOlderThan",
  "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJhIn0",
  "%00",
  "%E3%81%82",
  "Foreground",
  "Orphan",
  "None",
] as const;

/** Where each of the sound objects belongs. */
const homes: readonly Home[] = seedObjects.flatMap((object): Home[] => {
  const { apiVersion, kind } = object as JsonObject;
  const plural = `${String(kind).toLowerCase()}s`;
  const found = collections.find(([root, name]) => name === plural && root.endsWith(`/${apiVersion}`));
  return found ? [[`${found[0]}/namespaces/default/${plural}`, object]] : [];
});
const allHomes = [...homes, ...homes, ...moreHomes];

/** One request that may be anything from sound to absurd. Watches end by themselves soon. */
export function oddRequest(random: Random): OddRequest {
  const kind = random.next();
  if (kind < 0.05) {
    return upgrade(random);
  }
  if (kind < 0.12) {
    return action(random);
  }
  return kind < 0.6 ? nearlySoundWrite(random) : anyRequest(random);
}

/** A write of an object where it belongs, with a few of its values exchanged: most of these get deep into the server. */
function nearlySoundWrite(random: Random): OddRequest {
  const [collection, seed] = random.pick(allHomes);
  const object = structuredClone(seed);
  for (let changes = random.below(3); changes > 0; changes--) {
    change(random, object);
  }
  const method = random.pick(["POST", "POST", "PUT", "PATCH", "PATCH", "DELETE"]);
  const name = String(nameOf(seed));
  const part = method !== "POST" && random.chance(0.2) ? `/${random.pick(writtenParts)}` : "";
  const path = method === "POST" ? collection : `${collection}/${name}${part}`;
  const type =
    method === "PATCH"
      ? random.pick(contentTypes.filter((each) => each.includes("patch")))
      : "application/json";
  const isOperations = type === "application/json-patch+json";
  const body = Buffer.from(JSON.stringify(isOperations ? oddJsonPatch(random) : object));
  const query =
    method === "PATCH" || random.chance(0.2) ? `?fieldManager=fuzz&force=${random.chance(0.5)}` : "";
  const headers = { "content-type": type, "content-length": String(body.length) };
  return { method, path: `${path}${query}`, headers, body };
}

/** A POST that is to do or to answer something, with a few of its values exchanged. */
function action(random: Random): OddRequest {
  const [path, seed] = random.pick(actions);
  const object = structuredClone(seed);
  for (let changes = random.below(3); changes > 0; changes--) {
    change(random, object);
  }
  const body = Buffer.from(JSON.stringify(object));
  const headers = { "content-type": "application/json", "content-length": String(body.length) };
  return { method: "POST", path: random.chance(0.1) ? `${path}${oddQuery(random)}` : path, headers, body };
}

/** A request that wants the connection for itself, where that is right and where it is not. */
function upgrade(random: Random): OddRequest {
  const pod = `/api/v1/namespaces/default/pods/${oddName(random)}`;
  const path = random.pick([
    `${pod}/exec`,
    `${pod}/attach`,
    `${pod}/portforward`,
    `${pod}/log`,
    oddPath(random),
  ]);
  const headers = {
    connection: "Upgrade",
    upgrade: random.pick(["websocket", "SPDY/3.1", "h2c", "nonsense"]),
    "sec-websocket-key": random.pick(["MDEyMzQ1Njc4OWFiY2RlZg==", "nonsense"]),
    "sec-websocket-version": random.pick(["13", "1"]),
    "sec-websocket-protocol": random.pick([
      "v5.channel.k8s.io",
      "v4.channel.k8s.io",
      "SPDY/3.1+portforward.k8s.io",
      "x",
    ]),
    "x-stream-protocol-version": random.pick(["v4.channel.k8s.io", "portforward.k8s.io", "x"]),
  };
  return { method: random.pick(["GET", "POST"]), path: `${path}?command=id&stdout=true&ports=80`, headers };
}

function nameOf(object: Json): Json | undefined {
  const { metadata } = object as JsonObject;
  return (metadata as JsonObject | undefined)?.["name"];
}

function anyRequest(random: Random): OddRequest {
  const method = random.pick(methods);
  const headers: Record<string, string> = { accept: random.pick(accepts) };
  const path = `${oddPath(random)}${oddQuery(random)}`;
  if (method === "GET" || method === "HEAD" || method === "OPTIONS" || method === "TRACE") {
    return { method, path, headers };
  }
  const type = random.pick(contentTypes);
  if (type !== "") {
    headers["content-type"] = type;
  }
  const body = oddBody(random, type);
  headers["content-length"] = String(body.length);
  return { method, path, headers, body };
}

function oddPath(random: Random): string {
  if (random.chance(0.05)) {
    return `/${encodeURI(urlText(random)).replace(/[\s?#]/g, "-")}`;
  }
  if (random.chance(0.15)) {
    return `${random.pick(clusterCollections)}${random.chance(0.3) ? `/${oddName(random)}` : ""}`;
  }
  const [root, plural] = random.pick(collections);
  const collection = `${root}/namespaces/${random.pick(namespaces)}/${plural}`;
  if (random.chance(0.35)) {
    return collection;
  }
  const object = `${collection}/${oddName(random)}`;
  return random.chance(0.3) ? `${object}/${random.pick(subresources)}` : object;
}

function oddName(random: Random): string {
  return random.pick([
    "web",
    "web-0",
    "web-1",
    "a",
    "b",
    "standard",
    "default",
    encodeURIComponent(urlText(random)),
  ]);
}

function oddQuery(random: Random): string {
  const given = Array.from({ length: random.below(4) }, () => {
    const name = random.pick(parameters);
    // a watch or a log that is followed must end within this test
    return `${name}=${name === "follow" ? "false" : encodeURIComponent(random.pick(parameterValues))}`;
  });
  if (given.some((parameter) => parameter.startsWith("watch="))) {
    return `?${[...given.filter((each) => !each.startsWith("timeoutSeconds")), "timeoutSeconds=1"].join("&")}`;
  }
  return given.length > 0 ? `?${given.join("&")}` : "";
}

function oddBody(random: Random, type: string): Buffer {
  if (random.chance(0.1)) {
    return Buffer.from(Array.from({ length: random.below(400) }, () => random.below(256)));
  }
  const text = JSON.stringify(
    type === "application/json-patch+json" ? oddJsonPatch(random) : oddObject(random),
  );
  if (random.chance(0.1)) {
    return Buffer.from(text.slice(0, random.below(text.length + 1)));
  }
  const bytes = Buffer.from(type.includes("protobuf") ? `k8s\0${text}` : text);
  if (random.chance(0.1) && bytes.length > 0) {
    bytes[random.below(bytes.length)] = random.below(256);
  }
  return bytes;
}

function oddJsonPatch(random: Random): Json {
  const paths = [
    "/metadata/labels/a",
    "/spec/replicas",
    "/spec/template/spec/containers/0",
    "/",
    "",
    "/a~2",
    "/spec/-",
  ] as const;
  return Array.from({ length: random.below(4) }, () => ({
    op: random.pick(["add", "remove", "replace", "move", "copy", "test", "nonsense"]),
    path: random.pick(paths),
    from: random.pick(paths),
    value: oddValue(random, 2),
  }));
}

/** A sound object with a few of its values exchanged. */
function oddObject(random: Random): Json {
  if (random.chance(0.05)) {
    return oddValue(random, 3);
  }
  const object = structuredClone(random.pick(seedObjects));
  for (let changes = random.below(4); changes > 0; changes--) {
    change(random, object);
  }
  return object;
}

function change(random: Random, value: Json): void {
  if (value === null || typeof value !== "object") {
    return;
  }
  const keys = Object.keys(value);
  const key = keys[random.below(keys.length)];
  if (key === undefined) {
    return;
  }
  const container = value as Record<string, Json>;
  const inner = container[key];
  if (inner !== null && typeof inner === "object" && random.chance(0.7)) {
    change(random, inner);
    return;
  }
  switch (random.below(5)) {
    case 0:
      delete container[key];
      break;
    case 1:
      container[oddText(random)] = oddValue(random, 2);
      break;
    default:
      container[key] = oddValue(random, 2);
  }
}

/** A lone surrogate cannot stand in a URL. */
function urlText(random: Random): string {
  return Buffer.from(oddText(random), "utf8").toString("utf8");
}
