import { html, type Markup, pngDataUri } from "@nn-tooling/app-kit";

/** A picture of one channel. */
export interface Picture {
  readonly values: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
}

/** Ink of positive and of negative weights; both are told from each other by color-blind eyes. */
const positive = [234, 88, 12];
const negative = [37, 99, 235];

/** White on black; `largest` is what is white. */
export function grayImage({ values, width, height }: Picture, alt: string, largest = 1, css = "px"): Markup {
  const pixels = Uint8Array.from(values, (value) => Math.round(255 * Math.min(1, Math.max(0, value / (largest || 1)))));
  return image(pixels, width, height, alt, css);
}

/** Zero is transparent, so that it fits light and dark pages; strength is the part of the largest weight. */
export function signedImage({ values, width, height }: Picture, alt: string, largest: number): Markup {
  const pixels = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const strength = Math.min(1, Math.abs(values[i]!) / (largest || 1));
    pixels.set(values[i]! >= 0 ? positive : negative, i * 4);
    pixels[i * 4 + 3] = Math.round(255 * strength);
  }
  return image(pixels, width, height, alt, "px signed");
}

function image(pixels: Uint8Array, width: number, height: number, alt: string, css: string): Markup {
  const source = pngDataUri(pixels, width, height);
  return html`<img class="${css}" src="${source}" width="${width}" height="${height}" alt="${alt}">`;
}
