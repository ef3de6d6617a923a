import * as vscode from "vscode";
import type { FieldPath } from "../source/fieldPath.ts";
import type { ManifestObject } from "../source/manifestObject.ts";
import type { ManifestStore } from "./manifestStore.ts";
import { rangeOf } from "./ranges.ts";

/** Outline: one symbol an object. */
export class ManifestSymbols implements vscode.DocumentSymbolProvider {
  readonly #store: ManifestStore;

  constructor(store: ManifestStore) {
    this.#store = store;
  }

  provideDocumentSymbols(document: vscode.TextDocument): vscode.DocumentSymbol[] {
    const file = this.#store.fileOf(document);
    return file.documents.flatMap((placed) => {
      const whole = rangeOf(file, placed, { start: 0, end: placed.document.text.trimEnd().length });
      return placed.document.objects.map((object) => {
        const name = rangeOf(file, placed, object.valueSpan(["metadata", "name"]));
        const range = whole.contains(name) ? whole : name;
        return new vscode.DocumentSymbol(
          object.name || "–",
          object.kind,
          vscode.SymbolKind.Object,
          range,
          name,
        );
      });
    });
  }
}

const references: Readonly<Record<string, string>> = {
  "spec.serviceName": "Service",
  "spec.template.spec.containers.env.valueFrom.secretKeyRef.name": "Secret",
  "spec.template.spec.containers.env.valueFrom.configMapKeyRef.name": "ConfigMap",
  "spec.template.spec.containers.envFrom.configMapRef.name": "ConfigMap",
  "spec.template.spec.containers.envFrom.secretRef.name": "Secret",
  "spec.template.spec.volumes.configMap.name": "ConfigMap",
  "spec.template.spec.volumes.secret.secretName": "Secret",
  "spec.template.spec.volumes.persistentVolumeClaim.claimName": "PersistentVolumeClaim",
  "spec.volumeClaimTemplates.spec.storageClassName": "StorageClass",
  "spec.storageClassName": "StorageClass",
};

/** Goes from a name to the manifest of what it names. */
export class ManifestDefinitions implements vscode.DefinitionProvider {
  readonly #store: ManifestStore;

  constructor(store: ManifestStore) {
    this.#store = store;
  }

  async provideDefinition(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.Location[]> {
    await this.#store.scan();
    const file = this.#store.fileOf(document);
    const offset = document.offsetAt(position);
    const placed = file.documentAt(offset);
    const at = placed?.document.pathAt(offset - placed.offset);
    const [object] = placed?.document.objects ?? [];
    if (!at || !object) {
      return [];
    }
    const mount = at.path.join(".").includes("volumeMounts") ? object.text(at.path) : undefined;
    if (mount !== undefined) {
      return this.#volume(document, object, mount);
    }
    const kind = references[at.path.filter((part) => typeof part === "string").join(".")];
    const name = object.text(at.path);
    return kind && name ? this.#objects(kind, name) : [];
  }

  #objects(kind: string, name: string): vscode.Location[] {
    return [...this.#store.files].flatMap(([uri, file]) =>
      file.documents.flatMap((placed) =>
        placed.document.objects
          .filter((object) => object.kind === kind && object.isBuiltIn && object.name === name)
          .map(
            (object) =>
              new vscode.Location(
                vscode.Uri.parse(uri),
                rangeOf(file, placed, object.valueSpan(["metadata", "name"])),
              ),
          ),
      ),
    );
  }

  #volume(document: vscode.TextDocument, object: ManifestObject, name: string): vscode.Location[] {
    const lists: readonly { readonly list: FieldPath; readonly name: FieldPath }[] = [
      { list: ["spec", "volumeClaimTemplates"], name: ["metadata", "name"] },
      { list: ["spec", "template", "spec", "volumes"], name: ["name"] },
    ];
    const file = this.#store.fileOf(document);
    const placed = file.documents.find(({ document: each }) => each === object.document);
    return lists.flatMap(({ list, name: end }) =>
      object
        .items(list)
        .filter((item) => placed && object.text([...item, ...end]) === name)
        .flatMap((item) =>
          placed
            ? [new vscode.Location(document.uri, rangeOf(file, placed, object.valueSpan([...item, ...end])))]
            : [],
        ),
    );
  }
}
