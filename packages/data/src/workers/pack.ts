/** A value on its way to another thread, with the buffers that go with it instead of being copied. */
export interface Packed {
  readonly value: unknown;
  readonly transfer: ArrayBuffer[];
}

/**
 * Makes views of a part of a buffer into arrays of their own, for a message carries the whole buffer. With `give`,
 * buffers that one array fills are handed over, and the sender has them no more.
 */
export function pack(value: unknown, give: boolean): Packed {
  const transfer = new Set<ArrayBuffer>();
  return { value: packed(value, give, transfer), transfer: [...transfer] };
}

function packed(value: unknown, give: boolean, transfer: Set<ArrayBuffer>): unknown {
  if (ArrayBuffer.isView(value)) return packedView(value, give, transfer);
  if (value instanceof ArrayBuffer && give) transfer.add(value);
  if (Array.isArray(value)) return value.map((item) => packed(item, give, transfer));
  if (typeof value !== "object" || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, packed(item, give, transfer)]));
}

function packedView(view: ArrayBufferView, give: boolean, transfer: Set<ArrayBuffer>): ArrayBufferView {
  const { buffer } = view;
  if (!(buffer instanceof ArrayBuffer)) return view;
  if (view.byteLength === buffer.byteLength) {
    if (give) transfer.add(buffer);
    return view;
  }
  const bytes = new Uint8Array(view.byteLength);
  bytes.set(new Uint8Array(buffer, view.byteOffset, view.byteLength));
  transfer.add(bytes.buffer);
  // Node's Buffer has no constructor that takes a buffer; it arrives as plain bytes anyway.
  if (view instanceof Uint8Array && !(view instanceof Uint8ClampedArray)) return bytes;
  const OfKind = view.constructor as new (buffer: ArrayBuffer) => ArrayBufferView;
  return new OfKind(bytes.buffer);
}
