import { convRows, plainConvRows } from "./conv.mjs";
import { layerRows, plainLayerRows } from "./layers.mjs";
import { matmulRows, plainMatmulRows } from "./matmul.mjs";
import { processRows } from "./processes.mjs";
import { recurrentRows } from "./recurrent.mjs";
import { overheadRows, trainingRows } from "./training.mjs";

export const rows = [
  ...matmulRows,
  ...convRows,
  ...layerRows,
  ...recurrentRows,
  ...trainingRows,
  ...overheadRows,
  ...plainMatmulRows,
  ...plainConvRows,
  ...plainLayerRows,
  ...processRows,
];
