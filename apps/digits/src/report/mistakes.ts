import { html, type Markup, percent } from "@nn-tooling/app-kit";
import { grayImage } from "./images.js";
import type { Mistake } from "./report-data.js";

/** More would make the page long without telling more. */
const most = 60;

/** The digits that were read wrongly. */
export function mistakes(list: readonly Mistake[]): Markup {
  return html`
<section aria-labelledby="mistakes">
  <h2 id="mistakes">Misread digits</h2>
  ${
    list.length === 0
      ? html`<p class="note">None.</p>`
      : html`<p class="note">${list.length > most ? `The ${most} most confident of ${list.length} mistakes` : `All ${list.length}`},
  the most confident first: what it is → what it was read as, with the probability given to the reading.</p>`
  }
  <ul class="gallery">${list.slice(0, most).map(
    ({ pixels, label, prediction, confidence, onLabel }) => html`
    <li><figure>${grayImage({ values: pixels, width: 28, height: 28 }, `A handwritten ${label}, read as ${prediction}`)}
    <figcaption title="${percent(onLabel, 1)} on the right digit"><b>${label} → ${prediction}</b><br>${percent(confidence, 0)} sure</figcaption></figure></li>`,
  )}</ul>
</section>`;
}
