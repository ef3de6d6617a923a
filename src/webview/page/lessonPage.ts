import { html, nothing, type TemplateResult } from "lit";
import type { PageState, SolutionLine, StepState } from "../protocol/state.ts";
import { actionPart, prose } from "./actionParts.ts";
import { checksPart } from "./checkParts.ts";
import { livePart } from "./livePart.ts";
import { questionPart } from "./questionParts.ts";
import type { View } from "./view.ts";

/** The whole lesson page. */
export function lessonPage(state: PageState, view: View): TemplateResult {
  const { step } = state;
  return html`
    ${header(state, view)}
    ${state.problem ? problem(view.say(state.problem), view) : nothing}
    ${step ? html`${body(step, state, view)} ${footer(step, view)}` : withoutStep(state, view)}
  `;
}

/** What stands where the lesson will be: that it comes, or the button that brings it. */
function withoutStep({ cluster }: PageState, { words, send }: View): TemplateResult {
  return cluster.health === "starting"
    ? html`<p class="when">${words.empty}</p>`
    : html`<p class="when">${words.idle}</p>
        <button class="primary" @click=${() => send({ type: "start" })}>${words.start}</button>`;
}

function header({ step, cluster }: PageState, view: View): TemplateResult {
  const { words } = view;
  return html`<header>
    <div class="place">
      ${step ? html`<p class="chapter">${step.chapterNumber} ${view.say(step.chapter)}</p>` : nothing}
      <h1>${step ? `${step.id} ${view.say(step.title)}` : "StatefulSet Dojo"}</h1>
    </div>
    <div class="tools">
      <button class=${`cluster ${cluster.health}`} title=${words.doctor} @click=${() => view.send({ type: "doctor" })}>
        ${cluster.health === "ready" ? "●" : "○"} ${cluster.name} · ${words[cluster.health]}
      </button>
      ${language("ja", "日本語", view)} ${language("en", "English", view)}
    </div>
    ${step ? dots(step, view) : nothing}
  </header>`;
}

function language(code: "ja" | "en", name: string, view: View): TemplateResult {
  return html`<button class="language" lang=${code} aria-pressed=${view.language === code}
    @click=${() => view.send({ type: "switchLanguage", language: code })}>${name}</button>`;
}

function dots(step: StepState, view: View): TemplateResult {
  const signs = { passed: "●", current: "◐", open: "○" } as const;
  return html`<nav class="dots" aria-label=${view.words.steps}>
    ${step.dots.map(
      ({ id, title, state }) => html`<button class=${state} aria-current=${id === step.id ? "step" : "false"}
        title=${`${id} ${view.say(title)}`} aria-label=${`${id} ${view.say(title)}`}
        @click=${() => view.send({ type: "openStep", step: id })}>${signs[state]}</button>`,
    )}
  </nav>`;
}

function problem(text: string, view: View): TemplateResult {
  return html`<div class="problem" role="alert">
    <p>${text}</p><button @click=${() => view.send({ type: "doctor" })}>${view.words.doctor}</button>
  </div>`;
}

function body(step: StepState, state: PageState, view: View): TemplateResult {
  return html`<main>
    <div class="lesson">
      <section><h2>${view.words.why}</h2>${prose(step.why, view)}</section>
      ${step.phase === "preparing" ? html`<p class="when">${view.words.preparing}</p>` : nothing}
      ${step.questions.filter(({ purpose }) => purpose === "prediction").map((each) => questionPart(each, view))}
      <section><h2>${view.words.do}</h2><ol>${step.actions.map((each) => actionPart(each, view))}</ol></section>
      ${step.questions.filter(({ purpose }) => purpose === "question").map((each) => questionPart(each, view))}
    </div>
    <aside aria-label=${view.words.beside}>${livePart(step, state.cluster, view)} ${checksPart(step, view)}</aside>
    <div class="help">${help(step, view)}
      ${step.seen ? html`<section class="seen"><h2>${view.words.seen}</h2>${prose(step.seen, view)}</section>` : nothing}
      ${step.hidden.length > 0 ? hidden(step, view) : nothing}
      ${step.end ? end(step.end, view) : nothing}
    </div>
  </main>`;
}

/** The chapter on one page, and a few questions about it. */
function end({ summary, review }: NonNullable<StepState["end"]>, view: View): TemplateResult {
  return html`<section class="chapter-end"><h2>${view.words.summary}</h2>${prose(summary, view)}</section>
    ${review.map((question) => questionPart(question, view))}`;
}

/** What was broken on purpose: told when nothing is left to find. */
function hidden(step: StepState, view: View): TemplateResult {
  return html`<section class="hidden-faults"><h2>${view.words.hidden}</h2>
    <ul>${step.hidden.map((what) => html`<li>${view.say(what)}</li>`)}</ul></section>`;
}

function help(step: StepState, view: View): TemplateResult {
  const { words } = view;
  const shown = step.hints.length;
  return html`<section>
    ${step.hints.map((hint, index) => html`<h3>${words.hint} ${index + 1}</h3>${prose(hint, view)}`)}
    ${
      shown < step.hintsInAll
        ? html`<button @click=${() => view.send({ type: "showHint" })}>${words.hint} ${shown + 1} / ${step.hintsInAll}</button>`
        : nothing
    }
    ${
      step.solution
        ? html`<h3>${words.solutionTitle}</h3><ol class="solution">${step.solution.map((each) => solutionLine(each, view))}</ol>`
        : html`<button @click=${() => view.send({ type: "showSolution" })}>${words.solution}</button>`
    }
  </section>`;
}

function solutionLine({ kind, text, compareWith }: SolutionLine, view: View): TemplateResult {
  if (kind === "answer") {
    return html`<li>${view.say(text)}</li>`;
  }
  return html`<li class="block"><code>${view.say(text)}</code>${
    compareWith
      ? html`<span class="buttons"><button @click=${() => view.send({ type: "compareFile", action: compareWith })}>
          ${view.words.compare}</button></span>`
      : nothing
  }</li>`;
}

function footer(step: StepState, view: View): TemplateResult {
  const { previous, next, passed } = step;
  const go = (id: string) => () => view.send({ type: "openStep", step: id });
  return html`<footer>
    <span>${previous ? html`<button @click=${go(previous.id)}>← ${previous.id}</button>` : nothing}</span>
    <button @click=${() => view.send({ type: "startOver" })}>${view.words.startOver}</button>
    <span>${
      next
        ? html`<button class=${passed ? "primary" : ""} ?disabled=${!passed} title=${passed ? "" : view.words.locked}
            @click=${go(next.id)}>${next.id} ${view.say(next.title)} →</button>`
        : nothing
    }</span>
  </footer>`;
}
