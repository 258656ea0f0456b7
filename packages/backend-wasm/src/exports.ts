/** The functions of the module. Pointers and widths are bytes, counts are elements; what each does is said in assembly/. */
export interface WasmExports {
  descriptorAddress(): number;
  /** First byte above the static data. */
  staticEnd(): number;
  argReduce(kind: number, type: number, x: number, z: number, outer: number, rows: number, inner: number): void;
  binary(
    code: number,
    a: number,
    aWidth: number,
    b: number,
    bWidth: number,
    z: number,
    dimensions: number,
    n: number,
  ): void;
  cast(code: number, x: number, z: number, n: number): void;
  copy(dimensions: number, x: number, z: number, width: number): void;
  fill32(y: number, n: number, value: number): void;
  gather(
    dimensions: number,
    x: number,
    index: number,
    z: number,
    extent: number,
    step: number,
    width: number,
    missing: number,
  ): void;
  matmul(
    rows: number,
    columns: number,
    depth: number,
    a: number,
    aRow: number,
    aStep: number,
    b: number,
    bStep: number,
    bColumn: number,
    c: number,
    bias: number,
    biasByRow: number,
    activation: number,
    count: number,
    aBatch: number,
    bBatch: number,
    workspace: number,
  ): void;
  matmulWorkspace(
    rows: number,
    columns: number,
    depth: number,
    aStep: number,
    bStep: number,
    bColumn: number,
    count: number,
  ): number;
  reduceColumns(kind: number, x: number, z: number, outer: number, rows: number, inner: number): void;
  reduceIntegers(kind: number, width: number, x: number, z: number, outer: number, rows: number, inner: number): void;
  reduceRows(kind: number, x: number, z: number, outer: number, n: number, piece: number): void;
  scatterAdd(
    dimensions: number,
    z: number,
    index: number,
    updates: number,
    extent: number,
    step: number,
    isFloat: number,
  ): void;
  transpose(dimensions: number, x: number, z: number): void;
  binaryRow(code: number, a: number, aStep: number, b: number, bStep: number, z: number, n: number): void;
  unaryRow(code: number, x: number, step: number, z: number, n: number): void;
  unary(code: number, x: number, width: number, z: number, dimensions: number, n: number): void;
  where(c: number, a: number, b: number, z: number, moves: number, dimensions: number, n: number, width: number): void;
  // Threads
  failedAddress(): number;
  insideAddress(): number;
  progressAddress(): number;
  setPool(workers: number, maySleep: number, patience: number): void;
  workerCount(): number;
  // Fused kernels
  activation(kind: number, x: number, z: number, n: number): void;
  activationGrad(kind: number, g: number, x: number, z: number, n: number): void;
  adam(p: number, g: number, m: number, v: number, nextP: number, nextM: number, nextV: number, n: number): void;
  adamWithTop(
    p: number,
    g: number,
    m: number,
    v: number,
    top: number,
    nextP: number,
    nextM: number,
    nextV: number,
    nextTop: number,
    n: number,
  ): void;
  batchNorm(
    x: number,
    weight: number,
    bias: number,
    z: number,
    mean: number,
    variance: number,
    images: number,
    channels: number,
    places: number,
    eps: number,
  ): void;
  batchNormGrad(
    x: number,
    mean: number,
    variance: number,
    g: number,
    weight: number,
    dx: number,
    dw: number,
    db: number,
    images: number,
    channels: number,
    places: number,
    eps: number,
  ): void;
  batchNormRows(
    x: number,
    weight: number,
    bias: number,
    z: number,
    mean: number,
    variance: number,
    rows: number,
    channels: number,
    eps: number,
    workspace: number,
  ): void;
  batchNormRowsGrad(
    x: number,
    mean: number,
    variance: number,
    g: number,
    weight: number,
    dx: number,
    dw: number,
    db: number,
    rows: number,
    channels: number,
    eps: number,
    workspace: number,
  ): void;
  batchNormRowsWorkspace(rows: number, channels: number): number;
  dropout(x: number, mask: number, z: number, n: number, scale: number): void;
  elementwise(
    program: number,
    rest: number,
    end: number,
    tensors: number,
    vectors: number,
    scratch: number,
    ownBytes: number,
    n: number,
    large: number,
    id: number,
    code: number,
    length: number,
  ): void;
  embeddingGrad(index: number, g: number, z: number, m: number, d: number, rows: number, padding: number): void;
  factorsAddress(): number;
  layerNorm(
    x: number,
    weight: number,
    bias: number,
    z: number,
    mean: number,
    variance: number,
    rows: number,
    n: number,
    eps: number,
  ): void;
  layerNormGrad(
    x: number,
    mean: number,
    variance: number,
    g: number,
    weight: number,
    dx: number,
    dw: number,
    db: number,
    rows: number,
    n: number,
    eps: number,
    workspace: number,
  ): void;
  layerNormGradWorkspace(rows: number, n: number): number;
  logSoftmax(x: number, z: number, outer: number, n: number, inner: number): void;
  rmsNorm(x: number, weight: number, z: number, scale: number, rows: number, n: number, eps: number): void;
  scaleShift(
    x: number,
    scale: number,
    shift: number,
    z: number,
    images: number,
    channels: number,
    places: number,
  ): void;
  sgd(p: number, g: number, z: number, n: number): void;
  sgdWithMomentum(p: number, g: number, b: number, z: number, nextB: number, n: number): void;
  softmax(x: number, z: number, outer: number, n: number, inner: number): void;
  softmaxCrossEntropy(x: number, target: number, step: number, z: number, rows: number, n: number): void;
  softmaxCrossEntropyGrad(
    x: number,
    target: number,
    step: number,
    g: number,
    gStep: number,
    z: number,
    rows: number,
    n: number,
  ): void;
  averagePool(x: number, z: number, whole: number, workspace: number): void;
  averagePoolGrad(g: number, dx: number, whole: number, workspace: number): void;
  conv2d(x: number, weight: number, bias: number, y: number, activation: number, workspace: number): void;
  conv2dGradInput(g: number, weight: number, dx: number, workspace: number): void;
  conv2dGradInputWorkspace(): number;
  conv2dGradWeight(x: number, g: number, dw: number, workspace: number): void;
  conv2dGradWeightWorkspace(): number;
  pointwise(x: number, weight: number, bias: number, y: number, activation: number, workspace: number): void;
  pointwiseWorkspace(): number;
  conv2dWorkspace(): number;
  depthwise(x: number, weight: number, bias: number, y: number, activation: number, workspace: number): void;
  depthwiseGradInput(g: number, weight: number, dx: number, workspace: number): void;
  depthwiseGradInputRotated(g: number, weight: number, dx: number, workspace: number): void;
  depthwiseGradWeight(x: number, g: number, dw: number, workspace: number): void;
  depthwiseWorkspace(): number;
  geometryAddress(): number;
  joinPhases(
    phases: number,
    dx: number,
    planes: number,
    height: number,
    width: number,
    top: number,
    rowStep: number,
    stride: number,
    phase: number,
  ): void;
  maxPool(x: number, z: number, workspace: number): void;
  maxPoolGrad(x: number, g: number, dx: number, workspace: number): void;
  phaseWeight(weight: number, target: number, size: number, first: number, down: number, across: number): void;
  pointwiseGradWeight(x: number, g: number, dw: number, workspace: number): void;
  pointwiseGradWeightWorkspace(): number;
  poolWorkspace(): number;
  rotateWeight(weight: number, target: number): void;
  winograd(
    x: number,
    weight: number,
    bias: number,
    y: number,
    activation: number,
    rotated: number,
    workspace: number,
  ): void;
  winogradGradWeight(x: number, g: number, dw: number, workspace: number): void;
  winogradGradWeightWorkspace(): number;
  winogradWorkspace(): number;
  // Recurrent layers
  copyFloats(x: number, z: number, n: number): void;
  lstmSequence(
    x: number,
    weight: number,
    h: number,
    c: number,
    y: number,
    keep: number,
    cells: number,
    lengths: number,
    n: number,
    t: number,
    size: number,
    reverse: number,
    workspace: number,
  ): void;
  lstmSequenceGrad(
    weight: number,
    c0: number,
    kept: number,
    cells: number,
    gy: number,
    dh: number,
    dc: number,
    d: number,
    lengths: number,
    n: number,
    t: number,
    size: number,
    reverse: number,
    workspace: number,
  ): void;
  gruSequence(
    x: number,
    weight: number,
    bias: number,
    h: number,
    y: number,
    keep: number,
    shares: number,
    lengths: number,
    n: number,
    t: number,
    size: number,
    reverse: number,
    workspace: number,
  ): void;
  gruSequenceGrad(
    weight: number,
    kept: number,
    shares: number,
    states: number,
    gy: number,
    dh: number,
    dx: number,
    d: number,
    lengths: number,
    n: number,
    t: number,
    size: number,
    reverse: number,
    workspace: number,
  ): void;
  rnnSequence(
    x: number,
    weight: number,
    h: number,
    y: number,
    relu: number,
    lengths: number,
    n: number,
    t: number,
    size: number,
    reverse: number,
    workspace: number,
  ): void;
  rnnSequenceGrad(
    weight: number,
    y: number,
    gy: number,
    dh: number,
    d: number,
    relu: number,
    lengths: number,
    n: number,
    t: number,
    size: number,
    reverse: number,
    workspace: number,
  ): void;
  recurrentWorkspace(depth: number, columns: number): number;
  statesBefore(
    y: number,
    h0: number,
    target: number,
    lengths: number,
    n: number,
    t: number,
    size: number,
    reverse: number,
  ): void;
}
