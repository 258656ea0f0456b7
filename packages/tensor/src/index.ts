export type {
  AvgPool2dAttrs,
  AvgPool2dGradAttrs,
  Backend,
  Conv2dAttrs,
  Conv2dGradInputAttrs,
  Conv2dGradWeightAttrs,
  DType,
  ErrorRow,
  FusedActivation,
  Pool2dAttrs,
  RnnSequenceAttrs,
  SavingSequenceAttrs,
  SequenceAttrs,
  Shape,
  TypedArray,
} from "@nn/backend";
export {
  BackendError,
  DataError,
  DisposedError,
  DTypeError,
  describe,
  isNNError,
  NNError,
  ShapeError,
  UnsupportedError,
} from "@nn/backend";
export { checkpoint } from "./autograd/checkpoint.js";
export { derivativesWanted } from "./autograd/derivatives-wanted.js";
export { stopGradient } from "./autograd/stop-gradient.js";
export type { GradTarget, ValueAndGradOptions } from "./autograd/value-and-grad.js";
export { Gradients, noGrad, valueAndGrad } from "./autograd/value-and-grad.js";
export { macrotask } from "./core/escape.js";
export type { Inspector, OpCall } from "./core/inspector.js";
export type { CallOptions, Op, OpDefinition, OutputSpec, SavedBuffers, TensorGroup, VjpContext } from "./core/op.js";
export { defineOp } from "./core/op.js";
export { getBackend, setBackend, withBackend } from "./core/runtime.js";
export { keep, scope, tensorsOf } from "./core/scope.js";
export type { NestedArray, TensorLike } from "./core/tensor.js";
export { isTensor, Tensor } from "./core/tensor.js";
export type { ArangeOptions } from "./create/arange.js";
export { arange } from "./create/arange.js";
export { eye } from "./create/eye.js";
export { full } from "./create/full.js";
export { linspace } from "./create/linspace.js";
export { ones } from "./create/ones.js";
export type { CreateOptions } from "./create/options.js";
export type { TensorData, TensorOptions } from "./create/tensor.js";
export { tensor } from "./create/tensor.js";
export { zeros } from "./create/zeros.js";
export { onesLike, zerosLike } from "./create/zeros-like.js";
export { memory } from "./debug/memory.js";
export { detectNaN } from "./debug/nan-checks.js";
export type { OpProfile, Profile } from "./debug/profile.js";
export { profile } from "./debug/profile.js";
export type { ElementwiseCallOptions, ElementwiseDefinition, ElementwiseOp } from "./elementwise/define-elementwise.js";
export { defineElementwise } from "./elementwise/define-elementwise.js";
export type { GroupFunction } from "./elementwise/fuse-groups.js";
export { fuseGroups } from "./elementwise/fuse-groups.js";
export { locateError } from "./module/locate-error.js";
export { moveTo } from "./module/move-to.js";
export { Buffer, isBuffer, isParameter, OwnedTensor, Parameter } from "./module/parameter.js";
export type { LoadStateDictOptions, StateDict } from "./module/state-dict.js";
export { loadStateDict, stateDict } from "./module/state-dict.js";
export type { Tree } from "./module/tree.js";
export {
  childrenOf,
  freeze,
  namedBuffers,
  namedGenerators,
  namedParameters,
  parameters,
  requireBuilt,
  walk,
} from "./module/tree.js";
export { abs } from "./ops/abs.js";
export { add } from "./ops/add.js";
export { all } from "./ops/all.js";
export { any } from "./ops/any.js";
export { argmax } from "./ops/argmax.js";
export { argmin } from "./ops/argmin.js";
export type { SortOptions } from "./ops/argsort.js";
export { argsort } from "./ops/argsort.js";
export { atan2 } from "./ops/atan2.js";
export { cast } from "./ops/cast.js";
export { ceil } from "./ops/ceil.js";
export { clamp } from "./ops/clamp.js";
export { equal, greater, greaterEqual, less, lessEqual, notEqual } from "./ops/compare.js";
export { concat } from "./ops/concat.js";
export { clone, contiguous } from "./ops/contiguous.js";
export { cos } from "./ops/cos.js";
export { cumsum } from "./ops/cumsum.js";
export { div } from "./ops/div.js";
export { erf } from "./ops/erf.js";
export { exp } from "./ops/exp.js";
export { expand } from "./ops/expand.js";
export { expm1 } from "./ops/expm1.js";
export { flatten } from "./ops/flatten.js";
export { flip } from "./ops/flip.js";
export { floor } from "./ops/floor.js";
export { checkIndex, gather } from "./ops/gather.js";
export type { IndexItem } from "./ops/index-by.js";
export { indexSelect } from "./ops/index-select.js";
export { isNaN } from "./ops/is-nan.js";
export { log } from "./ops/log.js";
export { log1p } from "./ops/log1p.js";
export { logicalAnd, logicalOr } from "./ops/logical.js";
export { logicalNot } from "./ops/logical-not.js";
export { logsumexp } from "./ops/logsumexp.js";
export { matmul } from "./ops/matmul.js";
export { max } from "./ops/max.js";
export { maximum } from "./ops/maximum.js";
export { mean } from "./ops/mean.js";
export { min } from "./ops/min.js";
export { minimum } from "./ops/minimum.js";
export { mod } from "./ops/mod.js";
export { mul } from "./ops/mul.js";
export { neg } from "./ops/neg.js";
export { oneHot } from "./ops/one-hot.js";
export type { Padding, PadOptions } from "./ops/pad.js";
export { pad } from "./ops/pad.js";
export type { PadMode } from "./ops/pad-mode.js";
export { permute } from "./ops/permute.js";
export { pow } from "./ops/pow.js";
export { prod } from "./ops/prod.js";
export { reciprocal } from "./ops/reciprocal.js";
export type { Axes, ReduceOptions } from "./ops/reduce.js";
export { normalizeAxis, requireFloat } from "./ops/reduce.js";
export { relu } from "./ops/relu.js";
export { reluGrad } from "./ops/relu-grad.js";
export { reshape } from "./ops/reshape.js";
export { round } from "./ops/round.js";
export { rsqrt } from "./ops/rsqrt.js";
export { scatterAdd } from "./ops/scatter-add.js";
export { sigmoid } from "./ops/sigmoid.js";
export { sign } from "./ops/sign.js";
export { sin } from "./ops/sin.js";
export { slice } from "./ops/slice.js";
export { softplus } from "./ops/softplus.js";
export { sort } from "./ops/sort.js";
export { split } from "./ops/split.js";
export { sqrt } from "./ops/sqrt.js";
export { square } from "./ops/square.js";
export { squeeze } from "./ops/squeeze.js";
export { stack } from "./ops/stack.js";
export { sub } from "./ops/sub.js";
export { sum } from "./ops/sum.js";
export { sumTo } from "./ops/sum-to.js";
export { tanh } from "./ops/tanh.js";
export type { TopkOptions } from "./ops/topk.js";
export { topk } from "./ops/topk.js";
export { transpose } from "./ops/transpose.js";
export { unfold } from "./ops/unfold.js";
export { unsqueeze } from "./ops/unsqueeze.js";
export type { VarianceOptions } from "./ops/variance.js";
export { standardDeviation, variance } from "./ops/variance.js";
export { where } from "./ops/where.js";
export type { GeneratorState } from "./random/generator.js";
export { defaultGenerator, Generator, isGenerator, manualSeed } from "./random/generator.js";
