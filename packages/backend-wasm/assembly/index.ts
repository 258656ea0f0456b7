export { activation, activationGrad } from "./activations";
export { argReduce } from "./arg-reduce";
export { batchNorm, batchNormGrad } from "./batch-norm";
export { binary } from "./binary";
export { cast } from "./cast";
export { copy, transpose } from "./copy";
export { dropout } from "./dropout";
export { embeddingGrad } from "./embedding-grad";
export { fill32 } from "./fill";
export { gather, scatterAdd } from "./gather";
export { layerNorm, layerNormGrad } from "./layer-norm";
export { matmul, matmulWorkspace } from "./matmul";
export { failedAddress, insideAddress, progressAddress, setPool, workerCount, workerLoop } from "./parallel";
export { reduceColumns, reduceIntegers, reduceRows } from "./reduce";
export { descriptorAddress, staticEnd } from "./rows";
export { unary } from "./unary";
export { where } from "./where";
export { logSoftmax, softmax, softmaxCrossEntropy, softmaxCrossEntropyGrad } from "./softmax";
export { adam, adamWithTop, factorsAddress, sgd, sgdWithMomentum } from "./steps";
export { conv2d, conv2dWorkspace } from "./conv2d";
export { conv2dGradInput, conv2dGradInputWorkspace, rotateWeight } from "./conv2d-grad-input";
export { conv2dGradWeight, conv2dGradWeightWorkspace } from "./conv2d-grad-weight";
export {
  depthwise,
  depthwiseGradInput,
  depthwiseGradInputRotated,
  depthwiseGradWeight,
  depthwiseWorkspace,
} from "./depthwise";
export { geometryAddress } from "./frame";
export { averagePool, averagePoolGrad, maxPool, maxPoolGrad, poolWorkspace } from "./pool";
export { winograd, winogradWorkspace } from "./winograd";
export { winogradGradWeight, winogradGradWeightWorkspace } from "./winograd-grad-weight";
