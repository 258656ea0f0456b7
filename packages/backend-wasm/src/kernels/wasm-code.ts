// Pieces of WebAssembly's binary format: https://webassembly.github.io/spec/core/binary

/** LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest & 127) | 128);
  }
}

/** `i32.const`. */
export function constant(value: number): number[] {
  const bytes = [0x41];
  for (let rest = value; ; rest >>= 7) {
    // The last byte's highest bit is the sign.
    if (rest >= -64 && rest < 64) return [...bytes, rest & 127];
    bytes.push((rest & 127) | 128);
  }
}

/** Alignment of 4 bytes, which is all that is sure, and offset. */
export function memory(offset: number): number[] {
  return [2, ...unsigned(offset)];
}

export function simd(code: number): number[] {
  return [0xfd, ...unsigned(code)];
}
export function load(offset: number): number[] {
  return [...simd(0x00), ...memory(offset)];
}
export function store(offset: number): number[] {
  return [...simd(0x0b), ...memory(offset)];
}
/** Stores one of the four elements at its own place. */
export function storeLane(lane: number): number[] {
  return [...simd(0x5a), ...memory(4 * lane), lane];
}
export function loadWord(offset: number): number[] {
  return [0x28, ...memory(offset)];
}

export function get(local: number): number[] {
  return [0x20, ...unsigned(local)];
}
export function set(local: number): number[] {
  return [0x21, ...unsigned(local)];
}
export const add = 0x6a;
export const subtract = 0x6b;
export const timesFour = [...constant(2), 0x74];
export const end = 0x0b;
export const select = 0x1b;
const greater = 0x4a;

export function increase(local: number, by: number): number[] {
  return [...get(local), ...constant(by), add, ...set(local)];
}
/** `if (a > b) { … }`. */
export function ifMore(a: readonly number[], b: readonly number[], body: readonly number[]): number[] {
  return [...a, ...b, greater, 0x04, 0x40, ...body, end];
}
/** `while (a > b) { … }`. */
export function whileMore(a: readonly number[], b: readonly number[], body: readonly number[]): number[] {
  return ifMore(a, b, [0x03, 0x40, ...body, ...a, ...b, greater, 0x0d, 0, end]);
}
export function call(index: number): number[] {
  return [0x10, ...unsigned(index)];
}

export const i32 = 0x7f;
export const v128 = 0x7b;

export function vector(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}
export function text(value: string): number[] {
  const bytes = new TextEncoder().encode(value);
  return [...unsigned(bytes.length), ...bytes];
}
/** The type of a function of so many words that gives nothing. */
export function action(words: number): number[] {
  return [0x60, ...vector(new Array(words).fill([i32])), 0];
}

/** A module from its sections, `[id, items]`. */
export function moduleOf(sections: readonly (readonly [id: number, items: number[][]])[]): Uint8Array<ArrayBuffer> {
  const parts = sections.map(([id, items]) => {
    const content = vector(items);
    return [id, ...unsigned(content.length), ...content];
  });
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...parts.flat()]);
}
