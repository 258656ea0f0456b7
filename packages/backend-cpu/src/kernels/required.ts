import type { RequiredKernels } from "@nn/backend";
import { argReduce } from "./arg-reduce.js";
import { binary } from "./binary.js";
import { cast } from "./cast.js";
import { concat } from "./concat.js";
import { copy } from "./copy.js";
import { fill } from "./fill.js";
import { gather } from "./gather.js";
import { matmul } from "./matmul.js";
import { reduce } from "./reduce.js";
import { scatterAdd } from "./scatter-add.js";
import { unary } from "./unary.js";
import { where } from "./where.js";

/** The 12 families that every backend has. */
export const requiredKernels: RequiredKernels = {
  fill,
  copy,
  concat,
  cast,
  unary,
  binary,
  where,
  reduce,
  argReduce,
  matmul,
  gather,
  scatterAdd,
};
