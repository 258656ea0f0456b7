// A process of its own for each entrant: what one breaks, the others do not feel. Prints one line of JSON.

import { load } from "ENTRANT";
import { create, globals } from "webgpu";
import { bench } from "./bench.mjs";
import { ceiling } from "./ceiling.mjs";

Object.assign(globalThis, globals);
globalThis.navigator ??= {};
Object.defineProperty(globalThis.navigator, "gpu", { value: create([]), configurable: true });
const [task, options] = JSON.parse(process.argv[2]);
const result = task === "ceiling" ? await ceiling(navigator.gpu) : await bench(load, options);
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
