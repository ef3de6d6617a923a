import { html, nothing, type TemplateResult } from "lit";
import type { QuestionState } from "../protocol/state.ts";
import type { View } from "./view.ts";

/** A prediction or question; a prediction's feedback appears when the host reveals it. */
export function questionPart(question: QuestionState, view: View): TemplateResult {
  const { words } = view;
  const titles = { prediction: words.predict, question: words.question, review: words.reviewQuestion };
  return html`<section data-question=${question.id}>
    <h2>${titles[question.purpose]}</h2>
    <p id=${`prompt-${question.id}`}>${view.say(question.prompt)}</p>
    ${question.choices.length > 0 ? choices(question, view) : freeText(question, view)}
  </section>`;
}

function choices(question: QuestionState, view: View): TemplateResult {
  const send = (value: string) => view.send({ type: "answer", question: question.id, value });
  return html`<div role="radiogroup" aria-labelledby=${`prompt-${question.id}`}>
    ${question.choices.map(
      (choice) => html`<label class="choice">
        <input type="radio" name=${question.id} value=${choice.id} .checked=${question.answer === choice.id}
          @change=${() => send(choice.id)} />
        <span>${view.say(choice.label)}
          ${
            choice.feedback && question.answer === choice.id
              ? html`<span class="feedback">${question.purpose === "review" ? "" : view.words.chosen} → ${view.say(choice.feedback)}</span>`
              : nothing
          }
        </span>
      </label>`,
    )}
  </div>`;
}

function freeText(question: QuestionState, view: View): TemplateResult {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const value =
      event.target instanceof HTMLFormElement ? new FormData(event.target).get("value") : undefined;
    if (typeof value === "string" && value.trim()) {
      view.send({ type: "answer", question: question.id, value: value.trim() });
    }
  };
  return html`<form class="answer" @submit=${submit}>
    <input name="value" aria-labelledby=${`prompt-${question.id}`} .defaultValue=${question.answer ?? ""}
      placeholder=${question.placeholder ? view.say(question.placeholder) : ""} autocomplete="off" spellcheck="false" />
    <button type="submit">${view.words.answer}</button>
  </form>`;
}
