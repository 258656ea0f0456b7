import { convRows } from "./conv.mjs";
import { layerRows } from "./layers.mjs";
import { matmulRows } from "./matmul.mjs";
import { processRows } from "./processes.mjs";
import { overheadRows, trainingRows } from "./training.mjs";

export const rows = [...matmulRows, ...convRows, ...layerRows, ...trainingRows, ...overheadRows, ...processRows];
