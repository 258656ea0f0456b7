import { expect, it } from "vitest";
import { supportMatrix } from "./support.js";

it("docs/support.md says what the backends do", async () => {
  await expect(await supportMatrix()).toMatchFileSnapshot("../../../docs/support.md");
}, 300_000);
