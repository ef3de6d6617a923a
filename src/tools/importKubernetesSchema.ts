import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { readEnumeratedFields } from "./kubernetesSchema/enums.ts";
import {
  internalGoPackages,
  sharedGoPackages,
  sourceGroupVersions,
} from "./kubernetesSchema/groupVersions.ts";
import { readOpenApiDocuments } from "./kubernetesSchema/openApiDocuments.ts";
import { buildStructure } from "./kubernetesSchema/structure.ts";
import { projectRoot } from "./projectRoot.ts";

/*
 * Writes the schema data of one Kubernetes release:
 *   npx tsx src/tools/importKubernetesSchema.ts MODULES RELEASE
 * MODULES is a Go module cache's k8s.io folder, RELEASE for example 1.36.3; it must hold
 * kubernetes@v1.36.3 and api, apimachinery, apiextensions-apiserver, kube-aggregator@v0.36.3.
 */

function writeCompressed(path: string, value: object): void {
  const text = Buffer.from(JSON.stringify(value));
  const compressed = brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
    },
  });
  writeFileSync(path, compressed);
  console.log(`${path}: ${text.length} bytes, ${compressed.length} compressed`);
}

function folderOf(modules: string, release: string): (goPackage: string) => string {
  const library = `v0.${release.split(".").slice(1).join(".")}`;
  return (goPackage) => {
    const [, module = "", ...path] = goPackage.split("/");
    return join(modules, `${module}@${module === "kubernetes" ? `v${release}` : library}`, ...path);
  };
}

function main(modules: string, release: string): void {
  const kubernetes = join(modules, `kubernetes@v${release}`);
  const generated = join(kubernetes, "pkg/generated/openapi/zz_generated.openapi.go");
  const openApi = readOpenApiDocuments(
    join(kubernetes, "api/openapi-spec/v3"),
    sourceGroupVersions.map(({ document }) => document),
    readEnumeratedFields(readFileSync(generated, "utf8")),
  );
  const packages = [...new Set(sourceGroupVersions.map(({ goPackage }) => goPackage)), ...sharedGoPackages];
  const data = join(projectRoot, "src/common/kubernetes/schema/data");
  mkdirSync(data, { recursive: true });
  const locate = folderOf(modules, release);
  writeCompressed(join(data, "structure.json.br"), buildStructure(packages, locate, openApi.components));
  writeCompressed(join(data, "internalTypes.json.br"), buildStructure(internalGoPackages, locate, {}));
  writeCompressed(join(data, "openApi.json.br"), openApi);
}

const [modules, release] = process.argv.slice(2);
if (!modules || !release) {
  throw new Error("usage: importKubernetesSchema.ts MODULES RELEASE");
}
main(modules, release);
