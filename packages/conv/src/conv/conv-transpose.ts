import { ownedBy } from "@nn/layers";
import type { Shape, Tensor } from "@nn/tensor";
import { type Reason, throwReasons } from "../shared/reasons.js";
import { spanOf } from "../shared/windows.js";
import { biasReason, type ConvNames, operandReasons, operandRows } from "./conv-checks.js";
import type { ConvTransposeAttrs } from "./conv-transpose-attrs.js";
import { conv2dGradInput } from "./conv2d-ops.js";

/*
 * A transposed convolution is the gradient that a convolution gives its input. It runs that op and its kernel, whose
 * gradients are the convolution and the gradient of its weight.
 */

/** `(n, in, …)` → `(n, out, …)`, of images or, one axis less, of sequences. */
export function convTranspose(
  names: ConvNames,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  attrs: ConvTransposeAttrs,
  owner: object | undefined,
): Tensor {
  return ownedBy(owner, () => {
    checkConvTranspose(names, x, weight, bias, attrs);
    if (names.axes.length === 2) return transposed(x, weight, bias, attrs, owner);
    return transposed(x.unsqueeze(2), weight.unsqueeze(2), bias, attrs, owner).squeeze(2);
  });
}

function transposed(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  attrs: ConvTransposeAttrs,
  owner: object | undefined,
): Tensor {
  const [n, , h, w]: Shape = x.shape;
  const [, perGroup, kh, kw]: Shape = weight.shape;
  const out = perGroup * attrs.window.groups;
  const inputShape = [n, out, transposedSize(h, kh, attrs, 0), transposedSize(w, kw, attrs, 1)];
  const y = conv2dGradInput.call([x, weight], { ...attrs.window, inputShape }, { owner });
  return bias === undefined ? y : y.add(bias.reshape([out, 1, 1]));
}

/** What the size of a result depends on, over any number of axes. */
interface TransposedSizes {
  readonly window: {
    readonly stride: readonly number[];
    readonly padding: readonly number[];
    readonly dilation: readonly number[];
    readonly groups: number;
  };
  readonly outputPadding: readonly number[];
}

/** Size of the result along one axis of the attributes. */
export function transposedSize(
  size: number,
  kernel: number,
  { window, outputPadding }: TransposedSizes,
  axis: number,
): number {
  const { stride, padding, dilation } = window;
  const covered = (size - 1) * stride[axis] + spanOf(kernel, dilation[axis]);
  return covered - padding[2 * axis] - padding[2 * axis + 1] + outputPadding[axis];
}

/** Throws one error with every reason why the operands do not make a transposed convolution. */
export function checkConvTranspose(
  names: ConvNames,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  attrs: TransposedSizes,
): void {
  const reasons = operandReasons(names, x, weight, bias);
  const rank = names.axes.length + 2;
  if (x.rank === rank && weight.rank === rank) {
    const { groups } = attrs.window;
    reasons.push(...channelReasons(names, x.shape, weight.shape, groups));
    names.axes.forEach((label, i) => {
      const axis = i + attrs.window.dilation.length - names.axes.length;
      reasons.push(sizeReason(label, x.shape[2 + i], weight.shape[2 + i], attrs, axis));
    });
    reasons.push(biasReason(bias, weight.shape[1] * groups));
  }
  throwReasons(names.where, () => operandRows(names, x, weight, bias), reasons);
}

function channelReasons(names: ConvNames, [, c]: Shape, [channels, perGroup]: Shape, groups: number): Reason[] {
  const reasons: Reason[] = [];
  if (channels % groups !== 0) {
    reasons.push({
      kind: "shape",
      problem: "the groups do not divide the input channels",
      expected: `in a multiple of groups = ${groups}, got ${channels}`,
      fix: "use groups that divide the channels of input and output",
    });
  }
  if (c !== channels) {
    reasons.push({
      kind: "shape",
      problem: "input channels do not match the weight",
      expected: `c = ${channels}, got ${c}`,
      fix: `new ${names.layer}(${c}, ${perGroup * groups}, …), or check the layer before it`,
    });
  }
  return reasons;
}

function sizeReason(
  label: string,
  size: number,
  kernel: number,
  attrs: TransposedSizes,
  axis: number,
): Reason | undefined {
  const result = transposedSize(size, kernel, attrs, axis);
  if (kernel >= 1 && size >= 1 && result >= 1) return undefined;
  return {
    kind: "shape",
    problem: kernel < 1 ? "the kernel is empty" : "nothing is left of the result",
    expected:
      kernel < 1 ? `a kernel of at least 1, got ${kernel}` : `${label} of 1 or more in the result, got ${result}`,
    fix: "use a larger kernel or input, or less padding",
  };
}
