import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Language } from "../common/language.ts";
import { type ReportedFinding, reportFile } from "../manifests/report.ts";
import { isPatch, kustomizePatches } from "../manifests/workspace/kustomizePatches.ts";
import { Scene } from "../manifests/workspace/scene.ts";
import { kustomizationsAbove, readManifests, UnreadableManifest } from "./manifests/readManifests.ts";
import { toSarif } from "./manifests/sarif.ts";
import { projectRoot } from "./projectRoot.ts";

/**
 * `npm run manifests -- check FILE… [--json | --sarif] [--language ja|en]`: the manifest diagnostics without an
 * editor. All files are one scene: a Service in one is found by the set in another. Exit code 1 when there
 * is an error, 2 when the call makes no sense.
 */
const usage = "npm run manifests -- check FILE… [--json | --sarif] [--language ja|en]";

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const call = readCall(args);
  if (typeof call === "string") {
    console.error(`${call}\n${usage}`);
    return 2;
  }
  try {
    const read = await readManifests(call.files);
    const patches = kustomizePatches([...read, ...(await kustomizationsAbove(read))]);
    const files = read.filter(({ name }) => !isPatch(name, patches));
    const scene = new Scene(files.flatMap(({ objects }) => objects));
    const findings = files.flatMap((file) => reportFile(file, scene, call.language));
    await print(findings, call.format);
    return findings.some(({ severity }) => severity === "error") ? 1 : 0;
  } catch (error) {
    if (error instanceof UnreadableManifest) {
      console.error(error.message);
      return 2;
    }
    throw error;
  }
}

interface Call {
  readonly files: readonly string[];
  readonly format: "text" | "json" | "sarif";
  readonly language: Language;
}

/** The call, or what is wrong with it. */
function readCall(args: readonly string[]): Call | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: "boolean" },
        sarif: { type: "boolean" },
        language: { type: "string", default: "en" },
      },
    });
    const [command, ...files] = positionals;
    if (command !== "check" || files.length === 0) {
      return command === "check" ? "No file was named." : `There is no command ${command ?? "(none)"}.`;
    }
    if (values.language !== "ja" && values.language !== "en") {
      return `The language is ja or en, not ${values.language}.`;
    }
    const format = values.json ? "json" : values.sarif ? "sarif" : "text";
    return { files, format, language: values.language };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function print(findings: readonly ReportedFinding[], format: Call["format"]): Promise<void> {
  if (format === "json") {
    console.log(JSON.stringify(findings, undefined, 2));
  } else if (format === "sarif") {
    const { version } = JSON.parse(await readFile(join(projectRoot, "package.json"), "utf8")) as {
      version: string;
    };
    console.log(JSON.stringify(toSarif(findings, version), undefined, 2));
  } else {
    for (const { file, line, column, severity, message, rule, fix } of findings) {
      console.log(
        `${file}:${line}:${column}: ${severity}: ${message} [${rule}]${fix ? ` (fix: ${fix})` : ""}`,
      );
    }
    const errors = findings.filter(({ severity }) => severity === "error").length;
    const warnings = findings.filter(({ severity }) => severity === "warning").length;
    console.log(`${errors} errors, ${warnings} warnings, ${findings.length - errors - warnings} remarks`);
  }
}
