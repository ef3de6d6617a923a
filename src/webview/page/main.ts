import { render } from "lit";
import { parseHostMessage } from "../protocol/messages.ts";
import type { PageState } from "../protocol/state.ts";
import { announcement } from "./announcement.ts";
import { lessonPage } from "./lessonPage.ts";
import type { View } from "./view.ts";
import { wordsIn } from "./words.ts";

interface EditorApi {
  postMessage(message: unknown): void;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): EditorApi;

const editor = acquireVsCodeApi();
const root = document.querySelector("#page");
const live = document.querySelector("#announcements");
const wide = window.matchMedia("(min-width: 700px)");
let state: PageState | undefined;

window.addEventListener("message", ({ data }) => {
  const message = parseHostMessage(data);
  if (message) {
    show(message.state);
  }
});
// Ages ("12 s") are all that changes by time alone.
setInterval(draw, 5_000);
wide.addEventListener("change", draw);
editor.postMessage({ type: "ready" });

function show(next: PageState): void {
  const before = state;
  state = next;
  document.documentElement.lang = next.language;
  editor.setState({ step: next.step?.id });
  draw();
  const spoken = announcement(before, next);
  if (spoken && live) {
    live.textContent = spoken;
  }
  if (before?.step?.id !== next.step?.id) {
    window.scrollTo({ top: 0 });
  }
}

function draw(): void {
  if (!(root instanceof HTMLElement) || !state) {
    return;
  }
  const { language } = state;
  const view: View = {
    language,
    words: wordsIn(language),
    now: Date.now(),
    isWide: wide.matches,
    send: (message) => editor.postMessage(message),
    say: (text) => text[language],
  };
  render(lessonPage(state, view), root);
}
