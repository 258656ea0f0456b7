/** The functions of the module. Pointers and widths are bytes, counts are elements; what each does is said in assembly/. */
export interface WasmExports {
  descriptorAddress(): number;
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
  multiply(a: number, b: number, c: number, m: number, n: number, k: number): void;
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
  unary(code: number, x: number, width: number, z: number, dimensions: number, n: number): void;
  where(c: number, a: number, b: number, z: number, moves: number, dimensions: number, n: number, width: number): void;
}
