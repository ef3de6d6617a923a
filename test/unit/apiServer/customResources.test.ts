import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/common/kubernetes/objects.ts";
import { valuesAt } from "../../../src/practiceCluster/apiServer/customResources/jsonPath.ts";
import { compareVersions } from "../../../src/practiceCluster/apiServer/customResources/versionOrder.ts";
import { type ServedCluster, startServedCluster } from "./support/serving.ts";

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const menus = "/apis/inn.example.org/v1/namespaces/default/menus";

const dish = {
  type: "object",
  required: ["name"],
  properties: {
    name: { type: "string", minLength: 2 },
    price: { type: "integer", minimum: 1, default: 5 },
  },
};
const menuSchema = {
  type: "object",
  properties: {
    spec: {
      type: "object",
      properties: {
        season: { type: "string", enum: ["summer", "winter"] },
        dishes: {
          type: "array",
          maxItems: 3,
          items: dish,
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["name"],
        },
        notes: { type: "object", additionalProperties: { type: "string" } },
      },
    },
    status: { type: "object", properties: { served: { type: "integer" } } },
  },
};

const menuDefinition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "menus.inn.example.org" },
  spec: {
    group: "inn.example.org",
    scope: "Namespaced",
    names: { plural: "menus", kind: "Menu", shortNames: ["me"] },
    versions: [
      { name: "v1beta1", served: true, storage: false, schema: { openAPIV3Schema: menuSchema } },
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: menuSchema },
        subresources: { status: {} },
        additionalPrinterColumns: [
          { name: "Season", type: "string", jsonPath: ".spec.season" },
          { name: "First", type: "string", jsonPath: ".spec.dishes[0].name", priority: 1 },
        ],
      },
    ],
  },
};

function menu(name: string, spec: JsonObject, extra: JsonObject = {}): JsonObject {
  return { apiVersion: "inn.example.org/v1", kind: "Menu", metadata: { name }, spec, ...extra };
}

describe("custom resources", () => {
  let served: ServedCluster;

  async function established(): Promise<void> {
    for (;;) {
      const { code } = await served.send(menus);
      if (code === 200) {
        return;
      }
    }
  }

  beforeEach(async () => {
    served = await startServedCluster();
    assert.equal((await served.send(definitions, { body: menuDefinition })).code, 201);
    await established();
  });

  afterEach(() => served.stop());

  it("fills in defaults, drops what the schema does not know and says so", async () => {
    const spec = { season: "summer", colour: "red", dishes: [{ name: "soup" }] };
    const { code, body, warnings } = await served.send(menus, { body: menu("lunch", spec) });
    assert.equal(code, 201);
    assert.deepEqual(body.spec, { season: "summer", dishes: [{ name: "soup", price: 5 }] });
    assert.deepEqual(warnings, ['299 - "unknown field \\"spec.colour\\""']);
    const strict = await served.send(`${menus}?fieldValidation=Strict`, { body: menu("dinner", spec) });
    assert.equal(strict.code, 400);
    assert.match(String(strict.body.message), /strict decoding error: unknown field "spec.colour"$/);
  });

  const refused: readonly (readonly [string, JsonObject, string])[] = [
    ["a value of another type", { season: 4 }, 'must be of type string: "integer"'],
    ["a value that is not listed", { season: "spring" }, 'supported values: "summer", "winter"'],
    ["a missing field in a list", { dishes: [{}] }, "spec.dishes[0].name: Required value"],
    ["a text that is too short", { dishes: [{ name: "x" }] }, "should be at least 2 chars long"],
    ["a number below its minimum", { dishes: [{ name: "ab", price: 0 }] }, "greater than or equal to 1"],
    ["two items of one key", { dishes: [{ name: "ab" }, { name: "ab" }] }, "spec.dishes[1]: Duplicate value"],
    [
      "too many items",
      { dishes: ["aa", "bb", "cc", "dd"].map((name) => ({ name })) },
      "Too many: 4: must have at most 3 items",
    ],
    ["a wrong value of a free map", { notes: { a: 1 } }, "spec.notes.a in body must be of type string"],
  ];
  for (const [what, spec, message] of refused) {
    it(`refuses ${what}`, async () => {
      const { code, body } = await served.send(menus, { body: menu("bad", spec) });
      assert.equal(code, 422);
      assert.ok(String(body.message).includes(message), String(body.message));
    });
  }

  it("counts generations by the spec and keeps the status apart", async () => {
    await served.send(menus, { body: menu("lunch", { season: "summer" }, { status: { served: 3 } }) });
    const patch = { method: "PATCH", type: "application/merge-patch+json" };
    const status = await served.send(`${menus}/lunch/status`, {
      ...patch,
      body: { status: { served: 7 }, spec: { season: "winter" } },
    });
    assert.deepEqual(
      [status.body.spec, status.body.status, (status.body.metadata as JsonObject).generation],
      [{ season: "summer" }, { served: 7 }, 1],
    );
    const changed = await served.send(`${menus}/lunch`, { ...patch, body: { spec: { season: "winter" } } });
    assert.equal((changed.body.metadata as JsonObject).generation, 2);
  });

  it("shows the same object in each version, and prints its columns", async () => {
    await served.send(menus, { body: menu("lunch", { season: "summer", dishes: [{ name: "soup" }] }) });
    const older = await served.send("/apis/inn.example.org/v1beta1/namespaces/default/menus/lunch");
    assert.deepEqual([older.code, older.body.apiVersion], [200, "inn.example.org/v1beta1"]);
    const table = await served.send(menus, { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" });
    const [row] = table.body.rows as JsonObject[];
    assert.deepEqual(row?.cells, ["lunch", "summer", "soup"]);
  });

  it("is in discovery, the preferred version first, and in OpenAPI", async () => {
    const group = await served.send("/apis/inn.example.org");
    assert.equal((group.body.preferredVersion as JsonObject).version, "v1");
    const document = await served.send("/openapi/v3/apis/inn.example.org/v1");
    const { schemas } = document.body.components as { schemas: Record<string, JsonObject> };
    assert.ok(schemas["org.example.inn.v1.Menu"]);
    assert.ok(schemas["io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"]);
    const paths = Object.keys(document.body.paths as JsonObject);
    assert.ok(paths.includes("/apis/inn.example.org/v1/namespaces/{namespace}/menus/{name}/status"));
  });

  it("takes its objects with it", async () => {
    await served.send(menus, { body: menu("lunch", {}) });
    await served.send(`${definitions}/menus.inn.example.org`, { method: "DELETE" });
    for (;;) {
      const { code } = await served.send(`${definitions}/menus.inn.example.org`);
      if (code === 404) {
        break;
      }
    }
    assert.equal((await served.send(menus)).code, 404);
    await served.send(definitions, { body: menuDefinition });
    await established();
    assert.deepEqual((await served.send(menus)).body.items, []);
  });

  it("does not accept names that another has", async () => {
    const spec = {
      ...menuDefinition.spec,
      names: { plural: "meals", kind: "Meal", shortNames: ["me"] },
    };
    const other = { ...menuDefinition, metadata: { name: "meals.inn.example.org" }, spec };
    await served.send(definitions, { body: other });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { body } = await served.send(`${definitions}/meals.inn.example.org`);
    const conditions = (body.status as JsonObject).conditions as JsonObject[];
    assert.deepEqual(
      conditions.map(({ type, status, message }) => [type, status, message]),
      [
        ["NamesAccepted", "False", '"me" is already in use'],
        ["Established", "False", "not all names are accepted"],
      ],
    );
  });
});

describe("simple JSON paths", () => {
  const object = { spec: { list: [{ type: "A", on: true }, { type: "B" }], "a.b": 1, empty: null } };
  const cases: readonly (readonly [string, unknown[]])[] = [
    [".spec.list[0].type", ["A"]],
    [".spec.list[*].type", ["A", "B"]],
    ['.spec.list[?(@.type=="B")].type', ["B"]],
    [".spec.a\\.b", [1]],
    [".spec['a.b']", [1]],
    [".spec.nothing.at.all", []],
    [".spec.list[7]", []],
  ];
  for (const [path, values] of cases) {
    it(path, () => assert.deepEqual(valuesAt(path, object), values));
  }
});

it("prefers stable versions, then newer ones", () => {
  const versions = ["foo", "v1alpha2", "v11beta2", "v2", "v10", "v1", "v1alpha10", "bar"];
  assert.deepEqual(versions.sort(compareVersions), [
    ...["v10", "v2", "v1", "v11beta2", "v1alpha10", "v1alpha2", "bar", "foo"],
  ]);
});
