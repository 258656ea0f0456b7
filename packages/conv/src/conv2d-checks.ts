import { type Conv2dAttrs, type DType, describe, type Shape, ShapeError, type Tensor } from "@nn/tensor";
import { type Operand, type Reason, throwReasons } from "./reasons.js";
import { spanOf } from "./windows.js";

/** Throws one error with every reason why the operands do not make a convolution. */
export function checkConv2d(x: Tensor, weight: Tensor, bias: Tensor | undefined, attrs: Conv2dAttrs): void {
  const reasons = [
    rankReason("input", x, "n c h w", "reshape it to (n, c, h, w); one image: x.unsqueeze(0)"),
    rankReason("weight", weight, "out in/groups kh kw", "reshape the weight to (out, in / groups, kh, kw)"),
    dtypeReason(x, weight, bias),
  ];
  if (x.rank === 4 && weight.rank === 4) {
    reasons.push(...channelReasons(x.shape, weight.shape, attrs.groups), ...sizeReasons(x.shape, weight.shape, attrs));
    reasons.push(biasReason(bias, weight.shape[0]));
  }
  throwReasons("conv2d", () => rowsOf(x, weight, bias), reasons);
}

function rowsOf(x: Tensor, weight: Tensor, bias: Tensor | undefined): Operand[] {
  const rows: Operand[] = [
    ["input", describe(x), "n c h w"],
    ["weight", describe(weight), "out in/groups kh kw"],
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

function rankReason(name: string, x: Tensor, labels: string, fix: string): Reason | undefined {
  if (x.rank === 4) return undefined;
  return {
    kind: "shape",
    problem: `the ${name} must have 4 dimensions`,
    expected: `${labels}, got ${x.rank} dimensions`,
    fix,
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

function channelReasons([, c]: Shape, [out, perGroup]: Shape, groups: number): Reason[] {
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
      fix: `new Conv2d(${c}, ${out}, …), or check the layer before it`,
    });
  }
  return reasons;
}

function sizeReasons(x: Shape, weight: Shape, { padding, dilation }: Conv2dAttrs): Reason[] {
  const reasons: Reason[] = [];
  for (const axis of [0, 1] as const) {
    const padded = x[2 + axis] + padding[2 * axis] + padding[2 * axis + 1];
    const kernel = weight[2 + axis];
    const span = spanOf(kernel, dilation[axis]);
    const label = axis === 0 ? "h" : "w";
    if (kernel < 1 || padded < span) {
      reasons.push({
        kind: "shape",
        problem: kernel < 1 ? "the kernel is empty" : "the kernel is larger than the padded input",
        expected: `padded ${label} of at least ${Math.max(span, 1)}, got ${padded}`,
        fix: "pad the input, or use a smaller kernel or dilation",
      });
    }
  }
  return reasons;
}

function biasReason(bias: Tensor | undefined, out: number): Reason | undefined {
  if (bias === undefined || (bias.rank === 1 && bias.shape[0] === out)) return undefined;
  return {
    kind: "shape",
    problem: "the bias does not fit the output channels",
    expected: `bias [${out}], got [${bias.shape.join(", ")}]`,
    fix: "give one number for each output channel",
  };
}
