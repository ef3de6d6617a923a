import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/common/kubernetes/objects.ts";
import { type ServedCluster, startServedCluster } from "./support/serving.ts";

const rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/default";
const account = "system:serviceaccount:default:reader";

describe("who may do what", () => {
  let served: ServedCluster;
  let token = "";

  before(async () => {
    served = await startServedCluster();
    const metadata = { name: "reader" };
    await served.send("/api/v1/namespaces/default/serviceaccounts", {
      body: { apiVersion: "v1", kind: "ServiceAccount", metadata },
    });
    const answer = await served.send("/api/v1/namespaces/default/serviceaccounts/reader/token", {
      body: {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: { expirationSeconds: 900 },
      },
    });
    assert.equal(answer.code, 201);
    token = String((answer.body.status as JsonObject).token);
  });

  after(() => served.stop());

  it("lets a service account do nothing that no role allows, in the server's words", async () => {
    const { code, body } = await served.send("/apis/apps/v1/namespaces/default/statefulsets/web", { token });
    assert.equal(code, 403);
    assert.equal(
      body.message,
      `statefulsets.apps "web" is forbidden: User "${account}" cannot get resource "statefulsets" in API group "apps" in the namespace "default"`,
    );
    const page = await served.send("/metrics", { token });
    assert.equal(page.body.message, `forbidden: User "${account}" cannot get path "/metrics"`);
  });

  it("lets it do what a role allows, and nothing beside it", async () => {
    const apiVersion = "rbac.authorization.k8s.io/v1";
    const rules = [{ apiGroups: [""], resources: ["configmaps"], resourceNames: ["menu"], verbs: ["get"] }];
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "menus" };
    const subjects = [{ kind: "ServiceAccount", name: "reader" }];
    const metadata = { name: "menus" };
    await served.send(`${rbac}/roles`, { body: { apiVersion, kind: "Role", metadata, rules } });
    const bound = await served.send(`${rbac}/rolebindings`, {
      body: { apiVersion, kind: "RoleBinding", metadata, roleRef, subjects },
    });
    assert.equal(bound.code, 201);
    const codeOf = async (path: string) =>
      (await served.send(`/api/v1/namespaces/default/configmaps${path}`, { token })).code;
    assert.deepEqual([await codeOf("/menu"), await codeOf("/other"), await codeOf("")], [404, 403, 403]);
    const patched = await served.send(`${rbac}/rolebindings/menus`, {
      method: "PATCH",
      type: "application/merge-patch+json",
      body: { roleRef: { name: "others" } },
    });
    assert.equal(patched.code, 422);
    assert.match(String(patched.body.message), /roleRef: Invalid value: .*: cannot change roleRef$/);
  });

  it("answers reviews about others with the binding that allows it", async () => {
    const { body } = await served.send("/apis/authorization.k8s.io/v1/subjectaccessreviews", {
      body: {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SubjectAccessReview",
        spec: {
          user: account,
          resourceAttributes: { namespace: "default", verb: "get", resource: "configmaps", name: "menu" },
        },
      },
    });
    assert.deepEqual(body.status, {
      allowed: true,
      reason:
        'RBAC: allowed by RoleBinding "menus/default" of Role "menus" to ServiceAccount "reader/default"',
    });
  });

  it("knows whose token it is until the account is gone", async () => {
    const review = async () => {
      const { body } = await served.send("/apis/authentication.k8s.io/v1/tokenreviews", {
        body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec: { token } },
      });
      return body.status as JsonObject;
    };
    const status = await review();
    assert.equal(status.authenticated, true);
    assert.equal((status.user as JsonObject).username, account);
    const forged = await served.send("/api", { token: `${token.slice(0, -4)}AAAA` });
    assert.equal(forged.code, 401);
    await served.send("/api/v1/namespaces/default/serviceaccounts/reader", { method: "DELETE" });
    assert.deepEqual(await review(), { user: {}, error: "invalid bearer token" });
    assert.equal((await served.send("/api", { token })).code, 401);
  });

  it("stores no reviews", async () => {
    const { code } = await served.send("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews");
    assert.equal(code, 405);
  });
});
