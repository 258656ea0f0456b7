import { type Conv2dAttrs, type DType, describe, type Shape, ShapeError, type Tensor } from "@nn/tensor";
import { type Operand, type Reason, throwReasons } from "../shared/reasons.js";
import { spanOf } from "../shared/windows.js";

/** What errors call the operands of a convolution. */
export interface ConvNames {
  readonly where: string;
  /** The class of the layer. */
  readonly layer: string;
  readonly input: string;
  readonly weight: string;
  /** The axes that windows move along. */
  readonly axes: readonly string[];
  /** What one element of the batch is. */
  readonly item: string;
}

const names1d: ConvNames = {
  where: "conv1d",
  layer: "Conv1d",
  input: "n c l",
  weight: "out in/groups k",
  axes: ["l"],
  item: "sequence",
};
const names2d: ConvNames = {
  where: "conv2d",
  layer: "Conv2d",
  input: "n c h w",
  weight: "out in/groups kh kw",
  axes: ["h", "w"],
  item: "image",
};

const names3d: ConvNames = {
  where: "conv3d",
  layer: "Conv3d",
  input: "n c d h w",
  weight: "out in/groups kd kh kw",
  axes: ["d", "h", "w"],
  item: "volume",
};

/** What the checks need to know of a convolution over any number of axes. */
interface Sizes {
  /** Before and after each axis in turn. */
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
}

/** Throws one error with every reason why the operands do not make a convolution of images. */
export function checkConv2d(x: Tensor, weight: Tensor, bias: Tensor | undefined, attrs: Conv2dAttrs): void {
  check(names2d, x, weight, bias, attrs);
}

/** The same for sequences; the attributes are those of the convolution of images of height 1. */
export function checkConv1d(x: Tensor, weight: Tensor, bias: Tensor | undefined, attrs: Conv2dAttrs): void {
  check(names1d, x, weight, bias, attrs);
}

/** The same for volumes. */
export function checkConv3d(x: Tensor, weight: Tensor, bias: Tensor | undefined, attrs: Sizes): void {
  check(names3d, x, weight, bias, attrs);
}

function check(names: ConvNames, x: Tensor, weight: Tensor, bias: Tensor | undefined, attrs: Sizes): void {
  const reasons = operandReasons(names, x, weight, bias);
  const rank = names.axes.length + 2;
  if (x.rank === rank && weight.rank === rank) {
    reasons.push(...channelReasons(names, x.shape, weight.shape, attrs.groups));
    reasons.push(...sizeReasons(names, x.shape, weight.shape, attrs), biasReason(bias, weight.shape[0]));
  }
  throwReasons(names.where, () => operandRows(names, x, weight, bias), reasons);
}

/** What is wrong with ranks and dtypes. */
export function operandReasons(
  names: ConvNames,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
): (Reason | undefined)[] {
  return [rankReason(names, "input", x), rankReason(names, "weight", weight), dtypeReason(x, weight, bias)];
}

/** The operands as errors show them. */
export function operandRows(names: ConvNames, x: Tensor, weight: Tensor, bias: Tensor | undefined): Operand[] {
  const rows: Operand[] = [
    ["input", describe(x), names.input],
    ["weight", describe(weight), names.weight],
  ];
  return bias === undefined ? rows : [...rows, ["bias", describe(bias), "out"]];
}

/** Throws unless the gradient of the output has the output's shape. */
export function checkConv2dGradient(where: string, g: Tensor, expected: Shape): void {
  if (g.rank === 4 && expected.every((size, i) => size === g.shape[i])) return;
  throw new ShapeError({
    where,
    problem: "the gradient does not have the shape of the output",
    rows: [
      ["gradient", describe(g), "n out oh ow"],
      ["expected", `[${expected.join(", ")}]`],
    ],
    fix: "use the options of the forward convolution",
  });
}

function rankReason(names: ConvNames, operand: "input" | "weight", x: Tensor): Reason | undefined {
  const rank = names.axes.length + 2;
  if (x.rank === rank) return undefined;
  const labels = names[operand];
  const tuple = `(${labels.replaceAll(" ", ", ").replaceAll("/", " / ")})`;
  return {
    kind: "shape",
    problem: `the ${operand} must have ${rank} dimensions`,
    expected: `${labels}, got ${x.rank} dimensions`,
    fix:
      operand === "input"
        ? `reshape it to ${tuple}; one ${names.item}: x.unsqueeze(0)`
        : `reshape the weight to ${tuple}`,
  };
}

function dtypeReason(x: Tensor, weight: Tensor, bias: Tensor | undefined): Reason | undefined {
  const float = x.dtype === "f32" || x.dtype === "f64";
  if (float && weight.dtype === x.dtype && (bias === undefined || bias.dtype === x.dtype)) return undefined;
  const dtypes: DType[] = [x.dtype, weight.dtype];
  if (bias !== undefined) dtypes.push(bias.dtype);
  return {
    problem: "the dtypes do not fit",
    expected: `all f32 or all f64, got ${dtypes.join(", ")}`,
    kind: "dtype",
    fix: weight.dtype === "f32" || weight.dtype === "f64" ? `x.cast("${weight.dtype}")` : 'cast them to "f32"',
  };
}

function channelReasons(names: ConvNames, [, c]: Shape, [out, perGroup]: Shape, groups: number): Reason[] {
  const reasons: Reason[] = [];
  if (out % groups !== 0) {
    reasons.push({
      kind: "shape",
      problem: "the groups do not divide the output channels",
      expected: `out a multiple of groups = ${groups}, got ${out}`,
      fix: "use groups that divide the channels of input and output",
    });
  }
  if (c !== perGroup * groups) {
    reasons.push({
      kind: "shape",
      problem: "input channels do not match the weight",
      expected: `c = ${perGroup * groups}${groups > 1 ? ` (${groups} groups of ${perGroup})` : ""}, got ${c}`,
      fix: `new ${names.layer}(${c}, ${out}, …), or check the layer before it`,
    });
  }
  return reasons;
}

function sizeReasons(names: ConvNames, x: Shape, weight: Shape, { padding, dilation }: Sizes): Reason[] {
  const reasons: Reason[] = [];
  names.axes.forEach((label, i) => {
    // A sequence is an image of height 1: it goes by the last axis of the attributes.
    const axis = i + dilation.length - names.axes.length;
    const padded = x[2 + i] + padding[2 * axis] + padding[2 * axis + 1];
    const kernel = weight[2 + i];
    const span = spanOf(kernel, dilation[axis]);
    if (kernel < 1 || padded < span) {
      reasons.push({
        kind: "shape",
        problem: kernel < 1 ? "the kernel is empty" : "the kernel is larger than the padded input",
        expected: `padded ${label} of at least ${Math.max(span, 1)}, got ${padded}`,
        fix: "pad the input, or use a smaller kernel or dilation",
      });
    }
  });
  return reasons;
}

/** The reason why a bias does not fit the output channels. */
export function biasReason(bias: Tensor | undefined, out: number): Reason | undefined {
  if (bias === undefined || (bias.rank === 1 && bias.shape[0] === out)) return undefined;
  return {
    kind: "shape",
    problem: "the bias does not fit the output channels",
    expected: `bias [${out}], got [${bias.shape.join(", ")}]`,
    fix: "give one number for each output channel",
  };
}
