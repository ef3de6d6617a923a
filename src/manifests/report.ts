import type { Language } from "../common/language.ts";
import { findingsOf } from "./checkManifests.ts";
import type { Severity } from "./findings/finding.ts";
import type { ManifestFile, Position } from "./source/manifestFile.ts";
import type { Scene } from "./workspace/scene.ts";

/** A finding as other programs read it; lines and columns count from 1. */
export interface ReportedFinding {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** What the first fix would do. */
  readonly fix?: string;
}

/** The findings of one file, from its top to its end. */
export function reportFile(file: ManifestFile, scene: Scene, language: Language): readonly ReportedFinding[] {
  return file.documents
    .flatMap((placed) =>
      findingsOf(placed.document, scene).map((finding) => ({
        finding,
        span: file.spanInFile(placed, finding),
      })),
    )
    .sort((one, other) => one.span.start - other.span.start)
    .map(({ finding, span }) => {
      const start = file.positionAt(span.start);
      const end: Position = file.positionAt(span.end);
      const fix = finding.fixes?.[0]?.title[language];
      return {
        file: file.name,
        ...start,
        endLine: end.line,
        endColumn: end.column,
        rule: finding.rule,
        severity: finding.severity,
        message: finding.message[language],
        ...(fix === undefined ? {} : { fix }),
      };
    });
}
