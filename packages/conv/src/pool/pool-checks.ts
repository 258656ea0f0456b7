import type { Tensor } from "@nn/tensor";
import { checkInput, checkOptions } from "../shared/input-checks.js";
import { countReason, optionReason, type Triple, tripleOf, tripleReason } from "../shared/pair.js";
import type { Reason } from "../shared/reasons.js";
import { spanOf } from "../shared/windows.js";

/** Options of pools over sequences. */
export interface Pool1dOptions {
  /** Length of the windows. */
  readonly kernelSize: number;
  /** Distance between windows. Default: `kernelSize`, so that they lie side by side. */
  readonly stride?: number;
  /** Added at both ends; at most half of the kernel. Default 0. */
  readonly padding?: number;
  /** Whether a rest at the end, too small for a whole window, gets one too. Default false: it is dropped. */
  readonly ceilMode?: boolean;
  /** The layer that calls, for errors and profiles. */
  readonly owner?: object;
}

/** Options of pools over volumes. */
export interface Pool3dOptions {
  /** Depth, height and width of the windows. */
  readonly kernelSize: Triple;
  /** Distance between windows. Default: `kernelSize`, so that they lie side by side. */
  readonly stride?: Triple;
  /** Added on both sides of each axis; at most half of the kernel. Default 0. */
  readonly padding?: Triple;
  /** Whether a rest at the end, too small for a whole window, gets one too. Default false: it is dropped. */
  readonly ceilMode?: boolean;
  /** The layer that calls, for errors and profiles. */
  readonly owner?: object;
}

/** A pool over some axes, in numbers for each of them. */
export interface PoolAxes {
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly ceilMode: boolean;
}

/** The options over one axis, after checks. */
export function pool1dAxes(where: string, options: Pool1dOptions & { readonly dilation?: number }): PoolAxes {
  const { kernelSize, stride = kernelSize, padding = 0, dilation = 1, ceilMode = false, owner } = options;
  const reasons = [
    countReason("kernelSize", kernelSize, 1),
    countReason("stride", stride, 1),
    countReason("padding", padding, 0) ?? halfReason(padding, [padding], [kernelSize]),
    countReason("dilation", dilation, 1),
  ];
  checkOptions(where, reasons, owner);
  return { kernelSize: [kernelSize], stride: [stride], padding: [padding], dilation: [dilation], ceilMode };
}

/** The options over three axes, after checks. */
export function pool3dAxes(where: string, options: Pool3dOptions & { readonly dilation?: Triple }): PoolAxes {
  const { kernelSize, stride = kernelSize, padding = 0, dilation = 1, ceilMode = false, owner } = options;
  const [kernel, sides] = [tripleOf(kernelSize), tripleOf(padding)];
  const reasons = [
    tripleReason("kernelSize", kernelSize, 1),
    tripleReason("stride", stride, 1),
    tripleReason("padding", padding, 0) ?? halfReason(padding, sides, kernel),
    tripleReason("dilation", dilation, 1),
  ];
  checkOptions(where, reasons, owner);
  return { kernelSize: kernel, stride: tripleOf(stride), padding: sides, dilation: tripleOf(dilation), ceilMode };
}

/** The reason why a pool pads more than half of its kernel. */
export function halfReason(
  padding: unknown,
  sides: readonly number[],
  kernelSize: readonly number[],
): Reason | undefined {
  if (sides.every((side, axis) => side <= kernelSize[axis] / 2)) return undefined;
  const most = kernelSize.map((size) => Math.floor(size / 2));
  const limit = most.length === 1 ? `${most[0]}` : `[${most.join(", ")}]`;
  return optionReason(
    "padding",
    `at most half of kernelSize, ${limit}`,
    padding,
    "use less padding or a larger kernel",
  );
}

/** Throws unless x has the dimensions that the labels name, a fitting dtype, and room for a window along each axis. */
export function checkPoolInput(where: string, x: Tensor, labels: string, axes: PoolAxes, owner?: object): void {
  const names = labels.split(" ").slice(2);
  checkInput(where, x, labels, owner, ({ shape }) =>
    names.map((label, axis) => {
      const span = spanOf(axes.kernelSize[axis], axes.dilation[axis]);
      const padded = shape[2 + axis] + 2 * axes.padding[axis];
      // With ceilMode the one window may lack less than a step.
      if (padded + (axes.ceilMode ? axes.stride[axis] - 1 : 0) >= span && shape[2 + axis] > 0) return undefined;
      return {
        kind: "shape",
        problem: "the kernel is larger than the padded input",
        expected: `padded ${label} of at least ${span}, got ${padded}`,
        fix: "use a smaller kernel, or pool less before this layer",
      };
    }),
  );
}
