export { argReduce } from "./arg-reduce";
export { binary } from "./binary";
export { cast } from "./cast";
export { copy, transpose } from "./copy";
export { fill32 } from "./fill";
export { gather, scatterAdd } from "./gather";
export { multiply } from "./gemm";
export {
  controlAddress,
  endWorkers,
  isBroken,
  progressAddress,
  setWaiting,
  setWorkers,
  workerCount,
  workerLoop,
} from "./parallel";
export { reduceColumns, reduceIntegers, reduceRows } from "./reduce";
export { descriptorAddress } from "./rows";
export { unary } from "./unary";
export { where } from "./where";
