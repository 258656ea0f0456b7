import { decodeImage, decodeJpeg, decodePng } from "@nn/data/images";
import { loadGolden } from "@nn/testing/node";
import { describe, expect, it } from "vitest";

const decoders = { decodePng, decodeJpeg };
// PNG is exact. JPEG decoders may round otherwise, and make half the colors whole again otherwise.
const tolerance: Readonly<Record<string, number>> = {
  decodePng: 1e-6,
  decodeJpeg: 3.1 / 255,
  "half the colors": 10 / 255,
};

describe("images.json", () => {
  const { cases } = loadGolden("images");
  it.each(cases.map((golden) => [`${golden.op}: ${golden.name}`, golden] as const))("%s", async (_, golden) => {
    const bytes = Uint8Array.from(golden.inputs.bytes.data);
    const options = { channels: golden.options.channels as 1 | 3 | 4 };
    const image = decoders[golden.op as keyof typeof decoders](bytes, options);
    const { y } = golden.outputs;
    expect(image.shape).toEqual(y.shape);
    const most = golden.name === "16 bits" ? 65535 : 255;
    const worst = Math.max(...Array.from(image.data, (value, i) => Math.abs(value - y.data[i] / most)));
    expect(worst).toBeLessThanOrEqual(tolerance[golden.name] ?? tolerance[golden.op]);
    expect(await decodeImage(bytes, options)).toEqual(image);
    expect(await decodeImage(new Blob([bytes]), options)).toEqual(image);
  });

  it("are files of every kind", () => {
    expect(cases.map(({ op }) => op).filter((op) => op === "decodePng").length).toBe(12);
    expect(cases.length).toBe(12 + 4 + 7);
  });
});
