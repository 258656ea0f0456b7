export { copy, transpose } from "./copy";
export { descriptorAddress } from "./rows";
export { matmul, matmulWorkspace } from "./matmul";
