import type { ReportedFinding } from "../../manifests/report.ts";
import { rules } from "../../manifests/rules/index.ts";

const levels = { error: "error", warning: "warning", info: "note" } as const;

/** The findings as a SARIF 2.1.0 log (OASIS), which code hosts show beside the lines. */
export function toSarif(findings: readonly ReportedFinding[], version: string): object {
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "StatefulSet Dojo",
            version,
            rules: rules.map(({ id, title, why }) => ({
              id,
              shortDescription: { text: title.en },
              fullDescription: { text: why.en },
            })),
          },
        },
        results: findings.map(toResult),
      },
    ],
  };
}

function toResult({
  file,
  line,
  column,
  endLine,
  endColumn,
  rule,
  severity,
  message,
}: ReportedFinding): object {
  const region = { startLine: line, startColumn: column, endLine, endColumn };
  return {
    ruleId: rule,
    level: levels[severity],
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation: { uri: file.replaceAll("\\", "/") }, region } }],
  };
}
