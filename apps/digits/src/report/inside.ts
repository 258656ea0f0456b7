import { html, type Markup, percent } from "@nn-tooling/app-kit";
import { grayImage, signedImage } from "./images.js";
import type { Journey, ReportData, Stage } from "./report-data.js";

/** The filters of the first convolution. */
export function filters({ size, weights }: ReportData["filters"]): Markup {
  const largest = Math.max(...weights.flatMap((values) => Array.from(values, Math.abs)));
  return html`
<section aria-labelledby="filters">
  <h2 id="filters">What the first layer looks for</h2>
  <p class="note">Its ${weights.length} filters of ${size} × ${size} weights: orange adds where there is ink, blue takes away,
  the strength of the color is the size of the weight.</p>
  <div class="filters">${weights.map((values, i) =>
    signedImage({ values, width: size, height: size }, `Filter ${i + 1} of the first layer`, largest),
  )}</div>
</section>`;
}

/** One digit on its way through the net. */
export function journey({ pixels, label, stages, probabilities }: Journey): Markup {
  const given = Array.from(probabilities);
  const prediction = given.indexOf(Math.max(...given));
  return html`
<section aria-labelledby="journey">
  <h2 id="journey">One digit through the net</h2>
  <p class="note">What each layer makes of a ${label} that was held back. Bright is strong; each layer has a scale of its own.</p>
  <div class="stage"><div><h3>input</h3><p>28 × 28</p></div>
    <div class="maps single">${grayImage({ values: pixels, width: 28, height: 28 }, `A handwritten ${label}`)}</div></div>
  ${stages.map(stageRow)}
  <div class="stage"><div><h3>answer</h3><p>${percent(given[prediction]!, 1)} on ${prediction}</p></div>
    <div class="bars" role="img" aria-label="Probabilities: ${given.map((p, digit) => `${digit}: ${percent(p, 1)}`).join(", ")}">${given.map(
      (p, digit) =>
        html`<span class="bar${digit === prediction ? " chosen" : ""}" title="${percent(p, 1)}"><i style="height: ${Math.round(70 * p)}px"></i>${digit}</span>`,
    )}</div></div>
</section>`;
}

function stageRow({ name, width, height, maps }: Stage): Markup {
  const largest = Math.max(...maps.flatMap((values) => Array.from(values)));
  return html`
  <div class="stage"><div><h3>${name}</h3><p>${maps.length} × ${height} × ${width}</p></div>
    <div class="maps">${maps.map((values, i) => grayImage({ values, width, height }, `${name}, map ${i + 1}`, largest))}</div></div>`;
}
