export type { Backend, BufferHandle, Capabilities, KernelTable, MemoryInfo, Range } from "./backend.js";
export { contractVersion } from "./backend.js";
export type { DType, TypedArray, TypedArrayOf } from "./dtype.js";
export { bytesPerElement, isFloat, typedArray } from "./dtype.js";
export type {
  ElementwiseAttrs,
  ElementwiseExtent,
  ElementwiseInstruction,
  ElementwiseOutput,
} from "./elementwise.js";
export type { ErrorRow, NNErrorOptions } from "./errors.js";
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
} from "./errors.js";
export { extend, rootBackend } from "./extend.js";
export type {
  AdamAttrs,
  ArgReduceAttrs,
  ArgReduceKind,
  AvgPool2dAttrs,
  AvgPool2dGradAttrs,
  AxisAttrs,
  BinaryKind,
  Conv2dAttrs,
  Conv2dGradInputAttrs,
  Conv2dGradWeightAttrs,
  CopyAttrs,
  EmbeddingGradAttrs,
  FusedActivation,
  FusedKernels,
  GeluAttrs,
  Kernel,
  KernelIO,
  LinearAttrs,
  NormAttrs,
  Operand,
  Pool2dAttrs,
  ReduceAttrs,
  ReduceKind,
  RequiredKernels,
  RnnSequenceAttrs,
  SavedSpec,
  SavingSequenceAttrs,
  SequenceAttrs,
  SgdAttrs,
  UnaryKind,
} from "./kernels.js";
export type { Layout, Shape } from "./layout.js";
export { broadcastShapes, denseStrides, isDense, maxRank, sameShape, sizeOf } from "./layout.js";
export { bernoulliFromBits, normalFromBits, philox4x32, philoxBits, uniformFromBits } from "./philox.js";
