import type { LocalizedText } from "../../common/language.ts";
import type { Prerequisite } from "../cluster.ts";
import { kindErrors } from "./kindErrors.ts";
import type { KindTools, ToolState } from "./kindProgram.ts";

/** What was found of kind and docker, in words. */
export function kindPrerequisites({ kind, engine }: KindTools): readonly Prerequisite[] {
  return [
    prerequisite("kind", kind, (state) =>
      state.state === "notRunning"
        ? kindErrors.kindBroken(state.path, state.detail)
        : kindErrors.kindMissing(),
    ),
    prerequisite("docker", engine, (state) =>
      state.state === "notRunning" ? kindErrors.dockerNotRunning(state.detail) : kindErrors.dockerMissing(),
    ),
  ];
}

function prerequisite(
  id: "kind" | "docker",
  state: ToolState,
  problem: (state: Exclude<ToolState, { state: "found" }>) => { readonly text: LocalizedText },
): Prerequisite {
  if (state.state === "found") {
    const seen = `${state.path} (${state.version})`;
    return { id, found: true, detail: { ja: seen, en: seen } };
  }
  const seen = state.state === "notRunning" ? `${state.path}: ${state.detail}` : "";
  return {
    id,
    found: false,
    detail: { ja: seen || "見つかりません", en: seen || "not found" },
    remedy: problem(state).text,
  };
}
