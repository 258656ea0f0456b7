import type { Pool2dAttrs, Shape, Tensor } from "@nn/tensor";
import { checkInput } from "../shared/input-checks.js";
import { type Pair, pairOf, pairReason } from "../shared/pair.js";
import { noOperands, type Reason, throwReasons } from "../shared/reasons.js";
import { countWindows, spanOf } from "../shared/windows.js";
import { halfReason } from "./pool-checks.js";

/** Options that all pools share. */
export interface Pool2dOptions {
  /** Height and width of the windows. */
  readonly kernelSize: Pair;
  /** Distance between windows. Default: `kernelSize`, so that they lie side by side. */
  readonly stride?: Pair;
  /** Added on both sides of each axis; at most half of the kernel. Default 0. */
  readonly padding?: Pair;
  /** Whether a rest at the end, too small for a whole window, gets one too. Default false: it is dropped. */
  readonly ceilMode?: boolean;
  /** The layer that calls, for errors and profiles. */
  readonly owner?: object;
}

/**
 * The kernel's attributes; throws one error with all options that do not fit. `ceilMode` becomes more padding at the
 * bottom and on the right, so that kernels need not know of it.
 */
export function pool2dAttrs(
  where: string,
  [height, width]: readonly [number, number],
  options: Pool2dOptions & { readonly dilation?: Pair },
): Pool2dAttrs {
  const { kernelSize, stride = kernelSize, padding = 0, dilation = 1, ceilMode = false, owner } = options;
  const reasons = [
    pairReason("kernelSize", kernelSize, 1),
    pairReason("stride", stride, 1),
    pairReason("padding", padding, 0) ?? halfReason(padding, pairOf(padding), pairOf(kernelSize)),
    pairReason("dilation", dilation, 1),
  ];
  throwReasons(where, noOperands, reasons, owner);
  const [top, left] = pairOf(padding);
  const kernel = pairOf(kernelSize);
  const attrs = { stride: pairOf(stride), padding: [top, top, left, left] as const, dilation: pairOf(dilation) };
  const bottom = ceilMode ? top + missing(height, kernel[0], attrs, 0) : top;
  const right = ceilMode ? left + missing(width, kernel[1], attrs, 1) : left;
  return { kernelSize: kernel, stride: attrs.stride, padding: [top, bottom, left, right], dilation: attrs.dilation };
}

/** What the last window lacks at the end when a rest gets one too. It must start in the input or the padding before it. */
function missing(size: number, kernel: number, attrs: Omit<Pool2dAttrs, "kernelSize">, axis: 0 | 1): number {
  const whole = countWindows(size, kernel, attrs, axis);
  const before = attrs.padding[2 * axis];
  const step = attrs.stride[axis];
  const padded = size + 2 * before;
  const end = whole * step + spanOf(kernel, attrs.dilation[axis]);
  // A window that would start in the padding at the end is left out (PyTorch's rule), as is one that nothing is left for.
  const rest = (whole - 1) * step + spanOf(kernel, attrs.dilation[axis]) < padded;
  return whole >= 0 && rest && whole * step < size + before ? end - padded : 0;
}

/** Shape of the result, after checks; throws one error with every reason why the input cannot be pooled. */
export function inferPool2d(where: string, x: Tensor, attrs: Pool2dAttrs): Shape {
  checkInput(where, x, "n c h w", undefined, ({ shape }) => [sizeReason(shape, attrs, 0), sizeReason(shape, attrs, 1)]);
  return pooledShape(x.shape, attrs);
}

/** Shape of the result, without checks. */
export function pooledShape(x: Shape, attrs: Pool2dAttrs): Shape {
  const { kernelSize } = attrs;
  return [x[0], x[1], countWindows(x[2], kernelSize[0], attrs, 0), countWindows(x[3], kernelSize[1], attrs, 1)];
}

function sizeReason(x: Shape, attrs: Pool2dAttrs, axis: 0 | 1): Reason | undefined {
  const span = spanOf(attrs.kernelSize[axis], attrs.dilation[axis]);
  const padded = x[2 + axis] + attrs.padding[2 * axis] + attrs.padding[2 * axis + 1];
  if (padded >= span) return undefined;
  return {
    kind: "shape",
    problem: "the kernel is larger than the padded input",
    expected: `padded ${axis === 0 ? "h" : "w"} of at least ${span}, got ${padded}`,
    fix: "use a smaller kernel, or pool less before this layer",
  };
}
