import type { BufferHandle } from "./backend.js";
import type { DType } from "./dtype.js";
import type { ElementwiseAttrs } from "./elementwise.js";
import type { Layout, Shape } from "./layout.js";

/** A tensor as a kernel sees it. Structurally the tensor itself, so that a dispatch makes no object per operand. */
export interface Operand extends Layout {
  readonly buffer: BufferHandle;
}

/** A buffer that a forward kernel leaves for its gradient kernel on the same backend. */
export interface SavedSpec {
  readonly dtype: DType;
  readonly length: number;
}

/** One kernel call. */
export interface KernelIO<A = unknown> {
  readonly inputs: readonly Operand[];
  /**
   * Allocated by the dispatcher: dense, offset 0, written whole by one `run`, never overlapping an input unless
   * `inPlace` says so. What a buffer holds behind the output's elements is undefined after `run`.
   */
  readonly outputs: readonly Operand[];
  /** Static: part of a cache key. Must not be changed by the kernel. */
  readonly attrs: A;
  /** Numbers that change from call to call (learning rate, step, seed): never part of a cache key. */
  readonly scalars: readonly number[];
  /** The buffers that `saved` asked for: written by the forward kernel, read by the gradient kernel. */
  readonly saved: readonly BufferHandle[];
}

/** One accelerated op. It must equal the op's composed form; `testBackend` proves it. */
export interface Kernel<A = unknown> {
  /** Enqueues and returns at once. Never called with an empty output. */
  run(io: KernelIO<A>): void;
  /** Looks at layouts only, before allocation. `false` sends this call to the composed form. */
  accepts?(inputs: readonly Layout[], attrs: A): boolean;
  /**
   * Inputs whose buffer may be reused for an output when the dispatcher owns the last reference: `[input, output]`.
   * Done only where the input is dense, at offset 0, and its buffer is exactly as long as the output and of its dtype.
   */
  readonly inPlace?: readonly (readonly [input: number, output: number])[];
  /**
   * For kernels over many tensors: inputs and outputs come in groups of these sizes, and `inPlace` repeats for each
   * group. An op whose attributes decide the sizes says them itself, which goes first.
   */
  readonly group?: { readonly inputs: number; readonly outputs: number };
  /** Makes the dispatcher copy strided inputs to dense, offset-0 ones first. */
  readonly dense?: boolean;
  /** Buffers for the paired gradient kernel; asked only while recording. */
  saved?(inputs: readonly Layout[], attrs: A): readonly SavedSpec[];
}

// ---------------------------------------------------------------------------------------------------------------
// The 12 required families

/** `f(x)` of one operand. `logicalNot` and `isNaN` give bool. `round` is half to even. `erf` to f32 precision on f32. */
// biome-ignore format: a table
export type UnaryKind =
  | "neg" | "abs" | "sign" | "square" | "sqrt" | "rsqrt" | "reciprocal"
  | "exp" | "expm1" | "log" | "log1p" | "sin" | "cos" | "tanh" | "sigmoid" | "softplus" | "erf" | "relu"
  | "floor" | "ceil" | "round" | "logicalNot" | "isNaN";

/**
 * `f(a, b)`. Comparisons and logical kinds give bool, all others the dtype of the operands. `maximum` and `minimum`
 * keep NaN. `mod` has the sign of the divisor (Python's). `div` of i32 truncates toward zero. Logical kinds take any
 * dtype, not 0 being true. In i32, division by zero and a negative exponent give some value: devices differ.
 */
// biome-ignore format: a table
export type BinaryKind =
  | "add" | "sub" | "mul" | "div" | "mod" | "pow" | "maximum" | "minimum" | "atan2"
  | "equal" | "notEqual" | "less" | "lessEqual" | "greater" | "greaterEqual" | "logicalAnd" | "logicalOr";

/** `any` and `all` take and give bool. `max` and `min` keep NaN. An empty reduction never reaches a kernel. */
export type ReduceKind = "sum" | "prod" | "max" | "min" | "any" | "all";

/** First index of the largest or smallest element; a NaN counts as the extreme. Output i32. */
export type ArgReduceKind = "argMax" | "argMin";

/** Of `copy`. */
export interface CopyAttrs {
  /**
   * Elements of padding before each dimension (may be negative). Output coordinate `o` reads input coordinate
   * `o - before` where that exists, else `scalars[0]`. Absent: input and output shapes are equal, no scalar.
   */
  readonly before?: readonly number[];
}
/** Of the kernels that work along one axis. */
export interface AxisAttrs {
  readonly axis: number;
}
/** Of `reduce`. */
export interface ReduceAttrs {
  readonly kind: ReduceKind;
  /** Sorted, at least one. The output keeps them with size 1. */
  readonly axes: readonly number[];
}
/** Of `argReduce`. */
export interface ArgReduceAttrs {
  readonly kind: ArgReduceKind;
  /** The output keeps it with size 1. */
  readonly axis: number;
}

/** What every backend has. Inputs may be strided (zero and negative strides too) in all of them. */
export interface RequiredKernels {
  /** Writes `scalars[0]` everywhere. No input. */
  readonly fill: Kernel<undefined>;
  /** Gather form of permute, slice, flip, broadcast, pad and windows: strides say where to read. */
  readonly copy: Kernel<CopyAttrs>;
  /** Joins inputs along an axis. */
  readonly concat: Kernel<AxisAttrs>;
  /** Converts to the output's dtype: to i32 truncates (of NaN and what does not fit: some value), to bool is `x !== 0`. */
  readonly cast: Kernel<undefined>;
  readonly unary: Kernel<{ readonly kind: UnaryKind }>;
  /** Both inputs arrive expanded to the output's shape (stride 0). */
  readonly binary: Kernel<{ readonly kind: BinaryKind }>;
  /** `[condition (bool), a, b]`, all expanded to the output's shape. */
  readonly where: Kernel<undefined>;
  readonly reduce: Kernel<ReduceAttrs>;
  readonly argReduce: Kernel<ArgReduceAttrs>;
  /** `[..., m, k] × [..., k, n]`, batch dimensions expanded to be equal; transposes arrive as strides. f32 and f64. */
  readonly matmul: Kernel<undefined>;
  /**
   * `[x, index (i32)]`; the output has the index's shape and reads x at the same coordinates, with `axis` replaced by
   * the index (torch.gather). Outside of `axis` the index is never larger than x. An index out of range gives NaN
   * (0 for i32 and bool) and reads nothing.
   */
  readonly gather: Kernel<AxisAttrs>;
  /**
   * `[base, index (i32), updates]`: base plus updates at the index (torch.scatter_add). Index and updates have one
   * shape, and outside of `axis` that of base. An index out of range adds nothing. `inPlace` may be `[[0, 0]]`.
   */
  readonly scatterAdd: Kernel<AxisAttrs>;
}

// ---------------------------------------------------------------------------------------------------------------
// Fused kernels: each optional, each with a composed form in the package that owns the op

/** Activations that `linear` and `conv2d` can apply to their result. */
export type FusedActivation = "none" | "relu" | "tanh" | "sigmoid";

/** Of `linear`. */
export interface LinearAttrs {
  readonly activation: FusedActivation;
}
/** Padding is `[top, bottom, left, right]`, all others `[height, width]`. */
export interface Conv2dAttrs {
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number, number, number];
  readonly dilation: readonly [number, number];
  readonly groups: number;
  readonly activation: FusedActivation;
}
/** Of `conv2dGradInput`: the forward attributes and the shape of the result. */
export interface Conv2dGradInputAttrs extends Omit<Conv2dAttrs, "activation"> {
  readonly inputShape: Shape;
}
/** Of `conv2dGradWeight`: the forward attributes and the shape of the result. */
export interface Conv2dGradWeightAttrs extends Omit<Conv2dAttrs, "activation"> {
  readonly weightShape: Shape;
}
/** Padding is `[top, bottom, left, right]`; max pooling pads with minus infinity. */
export interface Pool2dAttrs {
  readonly kernelSize: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number, number, number];
  readonly dilation: readonly [number, number];
}
/** Of `avgPool2d`. */
export interface AvgPool2dAttrs extends Pool2dAttrs {
  /** Whether padding counts in the divisor (PyTorch's default: true). */
  readonly countIncludePad: boolean;
}
/** Of `avgPool2dGrad`: the forward attributes and the shape of the result. */
export interface AvgPool2dGradAttrs extends AvgPool2dAttrs {
  readonly inputShape: Shape;
}
/** Of the SGD step. */
export interface SgdAttrs {
  readonly nesterov: boolean;
  readonly hasMomentum: boolean;
}
/** Of the Adam step. */
export interface AdamAttrs {
  readonly amsgrad: boolean;
  /** AdamW: decay applied to the parameter instead of added to the gradient. */
  readonly decoupled: boolean;
}

/** Of the kernels that normalize by mean and variance. */
export interface NormAttrs {
  /** Added to the variance. */
  readonly eps: number;
}

/** Of `gelu` and `geluGrad`. */
export interface GeluAttrs {
  /** `none`: x · Φ(x) by the error function; `tanh`: x/2 · (1 + tanh(√(2/π) · (x + 0.044715 · x³))). */
  readonly approximate: "none" | "tanh";
}
/** Of `embeddingGrad`. */
export interface EmbeddingGradAttrs {
  /** Shape of the result. */
  readonly weightShape: Shape;
  /** The row that gets no gradient; null for none. */
  readonly paddingIndex: number | null;
}

/** Of the kernels that run a recurrent layer over whole sequences. */
export interface SequenceAttrs {
  /** Whether the steps run from the last element of each sequence to the first. */
  readonly reverse: boolean;
}
/** Of `rnnSequence` and its gradient. */
export interface RnnSequenceAttrs extends SequenceAttrs {
  readonly activation: "tanh" | "relu";
}
/** Of the forward kernels whose gradients read what happened inside the steps. */
export interface SavingSequenceAttrs extends SequenceAttrs {
  /** Whether the outputs that only the gradient reads are wanted. */
  readonly save: boolean;
}

/** Names and meanings of the project's fused kernels. Names without a dot are reserved for the project. */
export interface FusedKernels {
  /** `[x (n, in), weight (out, in), bias (out)?]` → `(n, out)`: activation(x · weightᵀ + bias). */
  readonly linear: Kernel<LinearAttrs>;
  /** `[g, y]` → g where y > 0, else 0. */
  readonly reluGrad: Kernel<undefined>;
  /** `[x (n, c, h, w), weight (out, c / groups, kh, kw), bias (out)?]` → `(n, out, oh, ow)`. Cross-correlation, as in PyTorch. */
  readonly conv2d: Kernel<Conv2dAttrs>;
  /** `[g (n, out, oh, ow), weight]` → gradient of the input. */
  readonly conv2dGradInput: Kernel<Conv2dGradInputAttrs>;
  /** `[x, g]` → gradient of the weight. */
  readonly conv2dGradWeight: Kernel<Conv2dGradWeightAttrs>;
  /** `[x (n, c, h, w)]` → `(n, c, oh, ow)`. NaN wins. */
  readonly maxPool2d: Kernel<Pool2dAttrs>;
  /** `[x, g]` → gradient of x; among equal elements the first of the window takes it. */
  readonly maxPool2dGrad: Kernel<Pool2dAttrs>;
  readonly avgPool2d: Kernel<AvgPool2dAttrs>;
  /** `[g]` → gradient of x. */
  readonly avgPool2dGrad: Kernel<AvgPool2dGradAttrs>;
  /** `[x]` → exp(x) / sum(exp(x)) along the axis. */
  readonly softmax: Kernel<AxisAttrs>;
  /** `[x]` → the logarithm of `softmax`. */
  readonly logSoftmax: Kernel<AxisAttrs>;
  /** `[x (n, c, …), weight (c)?, bias (c)?]` → x normalized over all but the channels, mean `(c)`, biased variance `(c)`. */
  readonly batchNorm: Kernel<NormAttrs>;
  /** `[x, mean (c), variance (c), g, weight (c)?]` → gradient of x, and with a weight of weight and bias. */
  readonly batchNormGrad: Kernel<NormAttrs>;
  /** `[x (n, c, …), scale (c), shift (c)]` → x · scale + shift, channel by channel. */
  readonly scaleShift: Kernel<undefined>;
  /** `[x (m, n), weight (n)?, bias (n)?]` → x normalized row by row, mean `(m)`, biased variance `(m)`. A bias comes with a weight. */
  readonly layerNorm: Kernel<NormAttrs>;
  /** `[x (m, n), mean (m), variance (m), g (m, n), weight (n)?]` → gradient of x, and with a weight of weight and bias. */
  readonly layerNormGrad: Kernel<NormAttrs>;
  /** `[x (m, n), weight (n)?]` → x over the root mean square of its row, and the reciprocal of that `(m, 1)`. */
  readonly rmsNorm: Kernel<NormAttrs>;
  /** `[x (m, n), scale (m, 1), g (m, n), weight (n)?]` → gradient of x, and with a weight of weight. */
  readonly rmsNormGrad: Kernel<undefined>;
  /** `[x]` → x times the normal distribution function of x. */
  readonly gelu: Kernel<GeluAttrs>;
  /** `[g, x]` → gradient of x. */
  readonly geluGrad: Kernel<GeluAttrs>;
  /** `[x]` → x · sigmoid(x). */
  readonly silu: Kernel<undefined>;
  /** `[g, x]` → gradient of x. */
  readonly siluGrad: Kernel<undefined>;
  /** `[x, mask (bool)]` of one shape → `x · scalars[0]` where the mask is true, else 0 (of NaN and infinities too). Its gradient is the same kernel. */
  readonly dropout: Kernel<undefined>;
  /** `[index (m) i32, g (m, d)]` → gradient of the weight `(n, d)`: each row of g added to the row that its index names. An index out of range adds nothing. */
  readonly embeddingGrad: Kernel<EmbeddingGradAttrs>;
  /** A program over the elements of groups of dense or strided tensors of one shape: `attrs` tells what a group holds. */
  readonly elementwise: Kernel<ElementwiseAttrs>;
  /** `[logits (n, c), target (n) i32]` → loss of each row `(n)`. */
  readonly softmaxCrossEntropy: Kernel<undefined>;
  /** `[logits, target, g (n)]` → gradient of the logits. */
  readonly softmaxCrossEntropyGrad: Kernel<undefined>;
  /** Groups `[p, g]` → `[p]`, with momentum `[p, g, buf]` → `[p, buf]`. Scalars: lr, momentum, dampening, weightDecay, first (1 in the first step). */
  readonly sgdStep: Kernel<SgdAttrs>;
  /** Groups `[p, g, m, v]` → `[p, m, v]`, with amsgrad `[p, g, m, v, vmax]` → `[p, m, v, vmax]`. Scalars: lr, beta1, beta2, eps, weightDecay, step (from 1). */
  readonly adamStep: Kernel<AdamAttrs>;
  /*
   * Recurrent layers over whole sequences: n sequences of t steps, h units. `x` is the input already projected, with
   * its biases: `(n, t, gates · h)`. `weight (gates · h, h)` multiplies the state. `lengths (n) i32`, from 0 to t, is
   * optional and the last input: behind a sequence's length the output is 0, the state stays, and gradients are 0.
   */
  /** `[x (n, t, h), weight (h, h), h0 (n, h), lengths?]` → output `(n, t, h)`, last state `(n, h)`: h' = activation(x + weight · h). */
  readonly rnnSequence: Kernel<RnnSequenceAttrs>;
  /** `[weight, h0, output, gOutput, gState (n, h), lengths?]` → gradients of x, weight and h0. */
  readonly rnnSequenceGrad: Kernel<RnnSequenceAttrs>;
  /**
   * `[x (n, t, 4h), weight (4h, h), h0 (n, h), c0 (n, h), lengths?]` → output `(n, t, h)`, last h `(n, h)`, last c
   * `(n, h)`, and with `save` the gates after their activations `(n, t, 4h)` (some value behind a sequence's length) and
   * the c after each step `(n, t, h)`. Gates in the order i, f, g, o.
   */
  readonly lstmSequence: Kernel<SavingSequenceAttrs>;
  /** `[weight, h0, c0, output, gates, cells, gOutput, gH (n, h), gC (n, h), lengths?]` → gradients of x, weight, h0 and c0. */
  readonly lstmSequenceGrad: Kernel<SequenceAttrs>;
  /**
   * `[x (n, t, 3h), weight (3h, h), bias (3h), h0 (n, h), lengths?]` → output `(n, t, h)`, last state `(n, h)`, and with
   * `save` the gates after their activations `(n, t, 3h)` and the state's share of n before the reset gate `(n, t, h)`.
   * Gates in the order r, z, n: n = tanh(x_n + r · (weight_n · h + bias_n)), h' = (1 − z) · n + z · h.
   */
  readonly gruSequence: Kernel<SavingSequenceAttrs>;
  /** `[weight, h0, output, gates, shares, gOutput, gState (n, h), lengths?]` → gradients of x, weight, bias and h0. */
  readonly gruSequenceGrad: Kernel<SequenceAttrs>;
}
