// The same on a page, one script for each entrant.
import { load } from "ENTRANT";
import { bench } from "./bench.mjs";
import { ceiling } from "./ceiling.mjs";

globalThis.measure = (task, options) => (task === "ceiling" ? ceiling(navigator.gpu) : bench(load, options));
