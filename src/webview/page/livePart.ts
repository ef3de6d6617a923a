import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { PageState, StepState } from "../protocol/state.ts";
import type { View } from "./view.ts";
import { duration } from "./words.ts";

const signs = { good: "●", waiting: "◐", bad: "✗" } as const;

/** The chapter's Pods and claims; greyed with their age while the cluster does not answer. */
export function livePart(step: StepState, cluster: PageState["cluster"], view: View): TemplateResult {
  const isStale = cluster.health !== "ready";
  return html`<section class=${isStale ? "live stale" : "live"}>
    <h2>${view.words.live}</h2>
    ${isStale && step.liveConfirmedAt > 0 ? age(step.liveConfirmedAt, view) : nothing}
    ${step.live.length === 0 ? html`<p class="when">${view.words.nothing}</p>` : nothing}
    <ul>${repeat(
      step.live,
      ({ uid }) => uid,
      (object) => html`<li class=${object.tone}>
        <span class="sign" aria-hidden="true">${signs[object.tone]}</span>
        <code>${object.name}</code> <span>${object.status}</span> <span class="when">${object.detail}</span>
      </li>`,
    )}</ul>
  </section>`;
}

function age(confirmedAt: number, { words, now }: View): TemplateResult {
  return html`<p class="when">${words.stale} ${duration(now - confirmedAt, words)}${words.ago}</p>`;
}
