import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { html } from "./html.js";
import { pngDataUri } from "./png.js";

describe("html", () => {
  it("escapes text, not markup", () => {
    expect(html`<p title="${'"'}">${"<b>"}${html`<i>${1}</i>`}${[html`x`, "&"]}${undefined}</p>`.markup).toBe(
      '<p title="&quot;">&lt;b&gt;<i>1</i>x&amp;</p>',
    );
  });
});

describe("pngDataUri", () => {
  it("holds the pixels line by line", () => {
    const file = Buffer.from(pngDataUri(Uint8Array.of(1, 2, 3, 4, 5, 6), 3, 2).split(",")[1]!, "base64");
    expect(file.toString("latin1", 1, 4)).toBe("PNG");
    expect([file.readUInt32BE(16), file.readUInt32BE(20)]).toEqual([3, 2]);
    const start = file.indexOf("IDAT");
    const lines = inflateSync(file.subarray(start + 4, start + 4 + file.readUInt32BE(start - 4)));
    expect([...lines]).toEqual([0, 1, 2, 3, 0, 4, 5, 6]);
  });
});
