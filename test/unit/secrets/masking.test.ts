import assert from "node:assert/strict";
import { fillTemplate } from "../../../src/checks/cel.ts";
import { evaluateFileCheck } from "../../../src/checks/fileCheck.ts";
import { judgeKubectlRun } from "../../../src/checks/kubectlCheck.ts";
import { maskKubectlArguments, maskKubectlOutput } from "../../../src/common/kubectlMask.ts";
import { mask, maskSecretsInText, maskSecretValues } from "../../../src/common/secretMask.ts";

const password = "hunter-two";
const encoded = Buffer.from(password).toString("base64");
const text = { ja: "x", en: "x" };

const secret = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: {
    name: "db",
    annotations: {
      "kubectl.kubernetes.io/last-applied-configuration": `{"kind":"Secret","data":{"password":"${encoded}"}}`,
      team: "data",
    },
  },
  data: { password: encoded, empty: "" },
  stringData: { user: password },
  type: "Opaque",
};

function assertHidden(shown: string): void {
  assert.ok(!shown.includes(password) && !shown.includes(encoded), shown);
}

describe("values of Secrets in objects", () => {
  it("are masked, keys and all else stay, and the object itself is not touched", () => {
    const before = structuredClone(secret);
    const masked = JSON.stringify(maskSecretValues(secret));
    assertHidden(masked);
    assert.match(masked, /"password":"•••"/);
    assert.match(masked, /"team":"data"/);
    assert.deepEqual(secret, before);
  });

  it("are masked in lists, also in one whose items do not name their kind", () => {
    const { kind: _kind, ...item } = secret;
    assertHidden(JSON.stringify(maskSecretValues([secret])));
    assertHidden(JSON.stringify(maskSecretValues({ kind: "List", items: [secret] })));
    assertHidden(JSON.stringify(maskSecretValues({ kind: "SecretList", items: [item] })));
  });

  it("are all that is masked", () => {
    const map = { kind: "ConfigMap", data: { password } };
    assert.equal(maskSecretValues(map), map);
    assert.equal(maskSecretValues("text"), "text");
    assert.equal(maskSecretValues(null), null);
  });
});

describe("values of Secrets in texts", () => {
  it("are masked in YAML, to the character", () => {
    const yaml = `# mine\nkind: Secret\ndata:\n  password: ${encoded} # not shown\n  empty: ""\ntype: Opaque\n`;
    assert.equal(maskSecretsInText(yaml), yaml.replace(encoded, `"${mask}"`));
  });

  it("are masked in blocks of several lines, and in the other documents of a stream", () => {
    const yaml = `kind: ConfigMap\ndata:\n  password: shown\n---\nkind: Secret\nstringData:\n  pem: |\n    ${password}\n    more\n  next: ${password}\nmetadata: {}\n`;
    const masked = maskSecretsInText(yaml);
    assertHidden(masked);
    assert.match(masked, /password: shown/);
    assert.match(masked, /\n {2}pem: "•••"\n {2}next: "•••"\nmetadata: \{\}\n$/);
  });

  it("are masked in JSON of one and of a list, which stays JSON", () => {
    for (const value of [
      secret,
      { kind: "List", items: [secret, { kind: "ConfigMap", data: { a: "shown" } }] },
    ]) {
      for (const indent of [undefined, 4]) {
        const masked = maskSecretsInText(JSON.stringify(value, null, indent));
        assertHidden(masked);
        assert.deepEqual(Object.keys(JSON.parse(masked)), Object.keys(value));
      }
    }
  });

  it("are masked in the patch that kubectl prints with an error, its quotes escaped or not", () => {
    const patch = JSON.stringify({ stringData: { password: `a"b}${password}`, user: password } });
    const message = `Error from server: error when applying patch:\n${patch}\nto Secret:\n${JSON.stringify(patch)}`;
    assertHidden(maskSecretsInText(message));
    assert.match(maskSecretsInText(message), /error when applying patch/);
  });

  it("are not looked for where no Secret is", () => {
    const yaml = `kind: ConfigMap\ndata:\n  password: ${encoded}\n`;
    assert.equal(maskSecretsInText(yaml), yaml);
    const table = "NAME   TYPE     DATA   AGE\nsecret Opaque   1      2s\n";
    assert.equal(maskSecretsInText(table), table);
  });

  it("are never shown of a text that is too long to be read", () => {
    assertHidden(maskSecretsInText(`kind: Secret\ndata: { a: ${encoded} }\n${"#".repeat(600_000)}`));
  });
});

describe("what kubectl printed", () => {
  const picking = [
    ["get", "secret", "db", "-o", "jsonpath={.data.password}"],
    ["get", "secret/db", "-ojsonpath={['data']['password']}"],
    ["get", "pods,secrets", "--output=go-template={{index .items 0}}"],
    ["get", "secrets", "-o", "custom-columns=ALL:.data"],
    ["get", "secrets", "-o=jsonpath={.items[*]}"],
  ];
  for (const args of picking) {
    it(`is masked whole for ${args.join(" ")}`, () => {
      assert.equal(maskKubectlOutput(args, `${encoded}\n`), `${mask}\n`);
    });
  }

  const harmless = [
    ["get", "secrets", "-o", "custom-columns=NAME:.metadata.name"],
    ["get", "secret", "db", "-o", "jsonpath={.type}"],
    ["get", "configmap", "db", "-o", "jsonpath={.data.password}"],
    ["exec", "web-0", "--", "ls", "secret", "-o", "jsonpath={.data}"],
  ];
  for (const args of harmless) {
    it(`is shown for ${args.join(" ")}`, () => {
      assert.equal(maskKubectlOutput(args, "Opaque\n"), "Opaque\n");
    });
  }

  it("hides the values that arguments name", () => {
    const shown = [
      ["create", "secret", "generic", "db", `--from-literal=password=${password}`],
      ["create", "secret", "generic", "db", "--from-literal", `password=${password}`],
      ["patch", "secret", "db", "-p", `{"stringData":{"password":"${password}"}}`],
      ["patch", "secret", "db", `--patch={"stringData":{"password":"${password}"}}`],
      ["exec", "web-0", "--", "env", `PGPASSWORD=${password}`, "psql"],
    ].map((args) => maskKubectlArguments(args).join(" "));
    assertHidden(shown.join("\n"));
    assert.equal(shown[0], `create secret generic db --from-literal=password=${mask}`);
    const plain = ["patch", "statefulset", "web", "-p", '{"spec":{"replicas":2}}'];
    assert.deepEqual(maskKubectlArguments(plain), plain);
  });
});

describe("values of Secrets in checks", () => {
  it("are judged by, and not shown, in what kubectl printed", () => {
    const check = {
      id: "a",
      kind: "kubectl" as const,
      title: text,
      expected: { ja: "{{ stdout }}", en: "{{ stdout }}" },
      args: ["get", "secret", "db", "-o", "jsonpath={.data.password}"],
      watches: [],
      exitCode: 0,
      stdout: `^${encoded}$`,
      say: { ja: "{{ stdout }}", en: "{{ stdout }}" },
      else: "wrong" as const,
      diagnose: [],
    };
    const run = { state: "ran", exitCode: 0, stdout: encoded, stderr: "", durationMs: 1 } as const;
    const passed = judgeKubectlRun(check, run);
    assert.equal(passed.verdict.state, "passed");
    const wrong = judgeKubectlRun({ ...check, stdout: "^other$" }, run);
    assert.equal(wrong.verdict.state, "wrong");
    assertHidden(JSON.stringify([passed, wrong]));
  });

  it("are not shown by a message about an object", () => {
    const said = fillTemplate(
      { ja: "{{ secret.data }}", en: "{{ secret.metadata.name }}: {{ secret.data.password }}" },
      { secret },
    );
    assert.equal(said.en, `db: ${mask}`);
    assertHidden(said.ja);
  });

  it("are judged by, and not shown, in the learner's file", () => {
    const check = {
      id: "f",
      kind: "file" as const,
      title: text,
      expected: text,
      file: "secret.yaml",
      document: { kind: "Secret" },
      expect: [
        { path: "stringData.password", equals: "other", say: { ja: "{{ value }}", en: "{{ value }}" } },
      ],
    };
    const file = { state: "read" as const, text: `kind: Secret\nstringData:\n  password: ${password}\n` };
    const wrong = evaluateFileCheck(check, file);
    assert.equal(wrong.verdict.state, "wrong");
    assert.equal(wrong.observed, `stringData.password: ${mask}`);
    assertHidden(JSON.stringify(wrong));
    const missing = evaluateFileCheck(check, { state: "read", text: "kind: Secret\nstringData: {}\n" });
    assert.equal(missing.observed, "stringData.password: –");
  });
});
