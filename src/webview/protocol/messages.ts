import * as v from "valibot";
import { type PageState, pageStateSchema } from "./state.ts";

const pageMessage = v.variant("type", [
  /** The page is there and wants its state. */
  v.object({ type: v.literal("ready") }),
  /** Types an action's or a check's command into the terminal; the host looks the command up itself. */
  v.object({ type: v.literal("runAction"), action: v.string() }),
  v.object({ type: v.literal("runCheck"), check: v.string(), index: v.number() }),
  v.object({ type: v.literal("copy"), text: v.string() }),
  v.object({ type: v.literal("openFile"), action: v.string() }),
  v.object({ type: v.literal("createFile"), action: v.string() }),
  v.object({ type: v.literal("compareFile"), action: v.string() }),
  v.object({ type: v.literal("answer"), question: v.string(), value: v.string() }),
  v.object({ type: v.literal("showHint") }),
  v.object({ type: v.literal("showSolution") }),
  v.object({ type: v.literal("startOver") }),
  /** Opens the step that was open last. */
  v.object({ type: v.literal("start") }),
  v.object({ type: v.literal("openStep"), step: v.string() }),
  v.object({ type: v.literal("switchLanguage"), language: v.picklist(["ja", "en"]) }),
  v.object({ type: v.literal("doctor") }),
]);

export type PageMessage = v.InferOutput<typeof pageMessage>;

/** What the page sent, or undefined when it is none of the known messages. */
export function parsePageMessage(raw: unknown): PageMessage | undefined {
  const result = v.safeParse(pageMessage, raw);
  return result.success ? result.output : undefined;
}

const hostMessage = v.object({ type: v.literal("state"), state: pageStateSchema });

export interface HostMessage {
  readonly type: "state";
  readonly state: PageState;
}

/** What the host sent, or undefined when it is none of the known messages. */
export function parseHostMessage(raw: unknown): HostMessage | undefined {
  const result = v.safeParse(hostMessage, raw);
  return result.success ? result.output : undefined;
}
