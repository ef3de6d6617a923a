import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { CheckState, StepState } from "../protocol/state.ts";
import type { View } from "./view.ts";
import { duration } from "./words.ts";

const signs = { passed: "✓", notYet: "…", wrong: "✗", cannotTell: "?" } as const;

/** All checks of the step; each can be opened to its query, what was observed and what is expected. */
export function checksPart(step: StepState, view: View): TemplateResult {
  return html`<section class="checks">
    <h2>${view.words.checks}</h2>
    <ul>${repeat(
      step.checks,
      ({ id }) => id,
      (check) => checkPart(check, view),
    )}</ul>
    ${step.awaited.length > 0 ? awaitedPart(step, view) : nothing}
  </section>`;
}

/** What will be looked at: the page is never empty, and the checks do not come as a surprise. */
function awaitedPart({ awaited, phase }: StepState, { words, say }: View): TemplateResult {
  return html`<p class="when">${phase === "failed" ? words.cannotPrepare : words.awaited}</p>
    <ul>${awaited.map(
      ({ id, title }) => html`<li class="check awaited" data-awaited=${id}>
        <span class="sign" aria-hidden="true">○</span><div class="title">${say(title)}</div>
      </li>`,
    )}</ul>`;
}

function checkPart(check: CheckState, view: View): TemplateResult {
  const { state } = check.verdict;
  return html`<li class=${`check ${state}`} data-check=${check.id}>
    <span class="sign" aria-hidden="true">${signs[state]}</span>
    <div>
      <div class="title"><span class="spoken">${view.words[state]}: </span>${view.say(check.title)}</div>
      ${message(check, view)}
      <details>
        <summary>${view.words.how}</summary>
        ${check.commands.map((command, index) => query(check, command, index, view))}
        <dl>
          <dt>${view.words.observed}</dt><dd><pre>${check.observed || "–"}</pre></dd>
          <dt>${view.words.expected}</dt><dd>${view.say(check.expected)}</dd>
        </dl>
        <p class="when">${new Date(check.at).toLocaleTimeString(view.language)}</p>
      </details>
    </div>
  </li>`;
}

function message({ verdict, since }: CheckState, view: View): TemplateResult | typeof nothing {
  switch (verdict.state) {
    case "passed":
      return verdict.movedOn ? html`<p class="message">${view.say(verdict.movedOn)}</p>` : nothing;
    case "notYet":
      return html`<p class="message">
        ${view.say(verdict.message)} <span class="when">· ${duration(view.now - since, view.words)}</span>
      </p>`;
    case "wrong":
      return html`<p class="message">${view.say(verdict.message)}</p>`;
    case "cannotTell":
      return html`<p class="message">${view.say(verdict.message)} ${view.say(verdict.remedy)}</p>`;
  }
}

function query(check: CheckState, command: string, index: number, view: View): TemplateResult {
  return html`<div class="block">
    <code>${command}</code>
    <span class="buttons">
      <button @click=${() => view.send({ type: "runCheck", check: check.id, index })}>▷ ${view.words.run}</button>
    </span>
  </div>`;
}
