import { activationGradient } from "@nn/layers";
import {
  type Conv2dAttrs,
  type Conv2dGradInputAttrs,
  type Conv2dGradWeightAttrs,
  defineOp,
  type Op,
  type Shape,
  sum,
} from "@nn/tensor";
import { countWindows, padImage, spreadForTranspose } from "../shared/windows.js";
import { checkConv2d, checkConv2dGradient } from "./conv-checks.js";
import { conv2dComposed, conv2dGradWeightComposed, transposedWeight } from "./conv2d-composed.js";

/*
 * The convolution and its two gradients in one file, since each is written in terms of the others: the convolution is
 * linear in x and in the weight, so the three rules close under differentiation.
 */

/** Without an activation the gradient reads the inputs only; with one also the output. The kernel is the same. */
const convolution = (withActivation: boolean): Op<Conv2dAttrs> =>
  defineOp<Conv2dAttrs>({
    name: "conv2d",
    infer: ([x, weight, bias], attrs) => {
      checkConv2d(x, weight, bias, attrs);
      return { dtype: x.dtype, shape: outputShape(x.shape, weight.shape, attrs) };
    },
    composed: (inputs, attrs) => conv2dComposed(inputs, attrs, outputShape(inputs[0].shape, inputs[1].shape, attrs)),
    saves: { inputs: [0, 1], outputs: withActivation },
    vjp: ({ g, inputs: [x, weight], outputs: [y], attrs, need }) => {
      const { activation, ...window } = attrs;
      const d = activationGradient(activation, g, y);
      return [
        need[0] ? conv2dGradInput.call([d, weight], { ...window, inputShape: x.shape }) : undefined,
        need[1] ? conv2dGradWeight.call([x, d], { ...window, weightShape: weight.shape }) : undefined,
        need[2] ? sum(d, [0, 2, 3]) : undefined,
      ];
    },
  });

const plain = convolution(false);
const activated = convolution(true);

/** The op for the given attributes. */
export function conv2dOp(attrs: Conv2dAttrs): Op<Conv2dAttrs> {
  return attrs.activation === "none" ? plain : activated;
}

/** `[g, weight]` → gradient of the input. Linear in both. */
export const conv2dGradInput: Op<Conv2dGradInputAttrs> = defineOp<Conv2dGradInputAttrs>({
  name: "conv2dGradInput",
  infer: ([g, weight], attrs) => {
    checkConv2dGradient("conv2dGradInput", g, outputShape(attrs.inputShape, weight.shape, attrs));
    return { dtype: g.dtype, shape: attrs.inputShape };
  },
  emptyValue: () => 0,
  // A convolution of the spread gradient with the turned weight: uses the conv2d kernel where there is one.
  composed: ([g, weight], { groups, inputShape, ...window }) => {
    const [, , kh, kw]: Shape = weight.shape;
    const { spread, padding } = spreadForTranspose(g, [kh, kw], window, [inputShape[2], inputShape[3]]);
    // Kernels pad and do not crop.
    const [top, bottom, left, right] = padding;
    const cropped = padImage(spread, [Math.min(top, 0), Math.min(bottom, 0), Math.min(left, 0), Math.min(right, 0)]);
    return plain.call([cropped, transposedWeight(weight, groups)], {
      stride: [1, 1],
      padding: [Math.max(top, 0), Math.max(bottom, 0), Math.max(left, 0), Math.max(right, 0)],
      dilation: window.dilation,
      groups,
      activation: "none",
    });
  },
  vjp: ({ g, inputs: [gradient, weight], attrs: { inputShape: _, ...window }, need }) => [
    need[0] ? plain.call([g, weight], { ...window, activation: "none" }) : undefined,
    need[1] ? conv2dGradWeight.call([g, gradient], { ...window, weightShape: weight.shape }) : undefined,
  ],
});

/** `[x, g]` → gradient of the weight. Linear in both. */
export const conv2dGradWeight: Op<Conv2dGradWeightAttrs> = defineOp<Conv2dGradWeightAttrs>({
  name: "conv2dGradWeight",
  infer: ([x, g], attrs) => {
    checkConv2dGradient("conv2dGradWeight", g, outputShape(x.shape, attrs.weightShape, attrs));
    return { dtype: x.dtype, shape: attrs.weightShape };
  },
  emptyValue: () => 0,
  composed: (inputs, attrs) => conv2dGradWeightComposed(inputs, attrs, attrs.weightShape),
  vjp: ({ g, inputs: [x, gradient], attrs: { weightShape: _, ...window }, need }) => [
    need[0] ? conv2dGradInput.call([gradient, g], { ...window, inputShape: x.shape }) : undefined,
    need[1] ? plain.call([x, g], { ...window, activation: "none" }) : undefined,
  ],
});

function outputShape(x: Shape, weight: Shape, attrs: Omit<Conv2dAttrs, "activation">): Shape {
  return [x[0], weight[0], countWindows(x[2], weight[2], attrs, 0), countWindows(x[3], weight[3], attrs, 1)];
}
