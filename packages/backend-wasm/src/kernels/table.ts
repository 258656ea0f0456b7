import type { KernelTable } from "@nn/backend";
import type { Context } from "../context.js";
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

/** All kernels over one module and its memory. */
export function kernels(context: Context): KernelTable {
  return {
    argReduce: argReduce(context),
    binary: binary(context),
    cast: cast(context),
    concat: concat(context),
    copy: copy(context),
    fill: fill(context),
    gather: gather(context),
    matmul: matmul(context),
    reduce: reduce(context),
    scatterAdd: scatterAdd(context),
    unary: unary(context),
    where: where(context),
  };
}
