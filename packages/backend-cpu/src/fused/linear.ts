import type { Kernel, LinearAttrs, Operand } from "@nn/backend";
import { arrayOf } from "../buffer.js";
import { gemm } from "../gemm/gemm.js";
import { activate, addBias } from "./finish.js";

export const linear: Kernel<LinearAttrs> = {
  run({ inputs, outputs, attrs }) {
    const [x, weight] = inputs;
    const bias: Operand | undefined = inputs[2];
    const z = arrayOf(outputs[0]);
    const [rows, depth] = x.shape;
    const columns = weight.shape[0];
    gemm(
      rows,
      columns,
      depth,
      arrayOf(x),
      x.offset,
      x.strides[0],
      x.strides[1],
      arrayOf(weight),
      weight.offset,
      weight.strides[1],
      weight.strides[0],
      z,
      0,
      columns,
      false,
    );
    if (bias !== undefined) {
      const b = arrayOf(bias);
      for (let i = 0; i < rows; i++) addBias(z, i * columns, columns, b, bias.offset, bias.strides[0]);
    }
    activate(z, 0, rows * columns, attrs.activation);
  },
};
