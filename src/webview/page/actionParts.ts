import { html, nothing, type TemplateResult } from "lit";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import type { LocalizedText } from "../../common/language.ts";
import type { ActionState } from "../protocol/state.ts";
import type { View } from "./view.ts";

/** Markdown that the host rendered with HTML switched off. */
export function prose(text: LocalizedText, view: View): TemplateResult {
  return html`<div class="prose">${unsafeHTML(view.say(text))}</div>`;
}

/** One thing to do: its text, and its command or file with what can be done with it. */
export function actionPart(action: ActionState, view: View): TemplateResult {
  const heading = view.say(action.heading);
  return html`<li class="action" data-action=${action.id}>
    ${heading ? html`<h3>${heading}</h3>` : nothing} ${prose(action.html, view)} ${block(action, view)}
    ${action.sample === undefined ? nothing : samplePart(action.sample, view)}
  </li>`;
}

/** Folded: what is printed is for the learner to find out first. */
function samplePart(sample: string, { words }: View): TemplateResult {
  return html`<details class="sample">
    <summary>${words.sample}</summary>
    <pre>${sample}</pre>
  </details>`;
}

function block(action: ActionState, view: View): TemplateResult | typeof nothing {
  if (action.file !== undefined) {
    return fileBlock(action, action.file, view);
  }
  return action.command === undefined ? nothing : commandBlock(action, action.command, view);
}

function commandBlock(action: ActionState, command: string, { words, send }: View): TemplateResult {
  return html`<div class="block">
    <code>${command}</code>
    <span class="buttons">
      <button class="primary" @click=${() => send({ type: "runAction", action: action.id })}>▷ ${words.run}</button>
      <button @click=${() => send({ type: "copy", text: command })}>${words.copy}</button>
    </span>
  </div>`;
}

function fileBlock(action: ActionState, file: string, view: View): TemplateResult {
  return action.isMissing ? missingFileBlock(action, file, view) : presentFileBlock(action, file, view);
}

function missingFileBlock(action: ActionState, file: string, { words, send }: View): TemplateResult {
  return html`<div class="block">
    <span><code>${file}</code> <span class="when">${words.missing}</span></span>
    <span class="buttons">
      <button class="primary" @click=${() => send({ type: "createFile", action: action.id })}>${words.create}</button>
    </span>
  </div>`;
}

function presentFileBlock(action: ActionState, file: string, { words, send }: View): TemplateResult {
  return html`<div class="block">
    <code>${file}${action.line ? ` : ${action.line}` : ""}</code>
    <span class="buttons">
      <button @click=${() => send({ type: "openFile", action: action.id })}>${words.open}</button>
      ${
        action.kind === "apply"
          ? html`<button class="primary" title=${action.command ?? ""}
              @click=${() => send({ type: "runAction", action: action.id })}>▷ ${words.apply}</button>`
          : nothing
      }
      ${
        action.kind === "edit" && action.hasSolution
          ? html`<button @click=${() => send({ type: "compareFile", action: action.id })}>${words.compare}</button>`
          : nothing
      }
    </span>
  </div>`;
}
