import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { PageState, StepState } from "../protocol/state.ts";
import type { View } from "./view.ts";
import { duration } from "./words.ts";

const signs = { good: "●", waiting: "◐", bad: "✗" } as const;

/** The chapter's Pods and claims, folded where the page has one column; greyed with their age while the cluster does not answer. */
export function livePart(step: StepState, cluster: PageState["cluster"], view: View): TemplateResult {
  const isStale = cluster.health !== "ready";
  return html`<section class=${isStale ? "live stale" : "live"}>
    <details ?open=${view.isWide}>
    <summary><h2>${view.words.live}</h2> <span class="tally">${tally(step)}</span></summary>
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
    </details>
  </section>`;
}

/** "●2 ◐1": what the folded panel still tells. */
function tally({ live }: StepState): string {
  return (["good", "waiting", "bad"] as const)
    .map((tone) => [tone, live.filter((object) => object.tone === tone).length] as const)
    .filter(([, count]) => count > 0)
    .map(([tone, count]) => `${signs[tone]} ${count}`)
    .join("  ");
}

function age(confirmedAt: number, { words, now }: View): TemplateResult {
  return html`<p class="when">${words.stale} ${duration(now - confirmedAt, words)}${words.ago}</p>`;
}
