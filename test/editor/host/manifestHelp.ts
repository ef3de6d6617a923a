import assert from "node:assert/strict";
import * as vscode from "vscode";

const text = `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  serviceName: db
  replicas: 3
  updateStrategy:
    rollingUpdate:
      partition: 3
  selector:
    matchLabels: {app: db}
  template:
    metadata:
      labels: {app: db}
    spec:
      containers:
      - name: db
        image: busybox:1.36
        volumeMounts:
        - name: date # the disk
          mountPath: /data
  volumeClaimTemplates:
  - metadata: {name: data}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 1Gi}}
`;

/** The diagnostics of `uri` once `until` holds for them. */
function diagnosticsOf(
  uri: vscode.Uri,
  until: (found: readonly vscode.Diagnostic[]) => boolean,
): Promise<readonly vscode.Diagnostic[]> {
  return new Promise((resolve) => {
    const look = () => {
      const found = vscode.languages
        .getDiagnostics(uri)
        .filter(({ source }) => source === "StatefulSet Dojo");
      if (until(found)) {
        listening.dispose();
        resolve(found);
      }
    };
    const listening = vscode.languages.onDidChangeDiagnostics(look);
    look();
  });
}

describe("the manifest help", () => {
  let document: vscode.TextDocument;

  before(async () => {
    document = await vscode.workspace.openTextDocument({ language: "yaml", content: text });
    await vscode.window.showTextDocument(document);
  });

  it("marks what is wrong", async () => {
    const found = await diagnosticsOf(document.uri, (each) => each.length > 0);
    const codes = found.map(({ code }) => code);
    assert.ok(codes.includes("mount-without-volume"), codes.join());
    assert.ok(codes.includes("partition-holds-everything"), codes.join());
    assert.ok(codes.includes("claim-template-not-mounted"), codes.join());
  });

  it("says over a field what it will do", async () => {
    const position = document.positionAt(text.indexOf("replicas") + 2);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      "vscode.executeHoverProvider",
      document.uri,
      position,
    );
    const words = hovers.flatMap(({ contents }) =>
      contents.map((content) => (typeof content === "string" ? content : content.value)),
    );
    assert.match(words.join("\n"), /spec\.replicas: integer/);
    assert.match(words.join("\n"), /db\\?-0/);
  });

  it("offers lenses that lead to actions", async () => {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      "vscode.executeCodeLensProvider",
      document.uri,
      50,
    );
    const actions = lenses.map(({ command }) => command?.arguments?.[0]);
    for (const action of ["apply", "diff", "scale", "partition", "rolloutStatus", "delete"]) {
      assert.ok(actions.includes(action), `no lens ${action}`);
    }
  });

  it("completes claims in volumeMounts, and fields", async () => {
    const at = document.positionAt(text.indexOf("date #") + 1);
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      "vscode.executeCompletionItemProvider",
      document.uri,
      at,
    );
    const labels = list.items.map(({ label }) => (typeof label === "string" ? label : label.label));
    assert.ok(labels.includes("data"), labels.slice(0, 20).join());
  });

  it("mends a mistake and leaves the rest as it was", async () => {
    const at = document.positionAt(text.indexOf("date #"));
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      document.uri,
      new vscode.Range(at, at.translate(0, 4)),
    );
    const fix = actions.find(({ edit }) => edit !== undefined);
    assert.ok(fix?.edit, actions.map(({ title }) => title).join());
    await vscode.workspace.applyEdit(fix.edit);
    assert.equal(document.getText(), text.replace("name: date", "name: data"));
    const found = await diagnosticsOf(document.uri, (each) =>
      each.every(({ code }) => code !== "mount-without-volume"),
    );
    assert.ok(found.some(({ code }) => code === "partition-holds-everything"));
  });
});
