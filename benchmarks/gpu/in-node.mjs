// A process of its own for each entrant: what one breaks, the others do not feel. Prints one line of JSON.
import { create, globals } from "webgpu";
import { bench } from "./bench.mjs";
import { ceiling } from "./ceiling.mjs";

const [task, options] = JSON.parse(process.argv[2]);
// What libraries written for browsers look for before they are loaded. tfjs asks whether it is on a page or in a worker.
Object.assign(globalThis, globals);
globalThis.navigator ??= { userAgent: `Node.js/${process.versions.node}` };
Object.defineProperty(globalThis.navigator, "gpu", { value: create([]), configurable: true });
if (task === "tfjs") globalThis.WorkerGlobalScope ??= class {};

const load = async () => (await import("ENTRANT")).load();
const result = task === "ceiling" ? await ceiling(navigator.gpu) : await bench(load, options);
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
