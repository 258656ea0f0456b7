// Writes ONNX models: the dozen fields of the format that a chain of nodes needs.
// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, https://protobuf.dev/programming-guides/encoding

const utf8 = new TextEncoder();

function varint(value) {
  const bytes = [];
  for (let rest = BigInt(value); ; rest >>= 7n) {
    if (rest < 128n) return [...bytes, Number(rest)];
    bytes.push(Number(rest & 127n) | 128);
  }
}

function concat(parts) {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A field with its length before it: text, bytes, or a message given as a list of fields. */
function field(number, value) {
  const bytes = typeof value === "string" ? utf8.encode(value) : Array.isArray(value) ? concat(value) : value;
  return concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}
const integer = (number, value) => Uint8Array.from([...varint(number << 3), ...varint(value)]);
const float = (number, value) => concat([varint((number << 3) | 5), new Uint8Array(Float32Array.of(value).buffer)]);

const types = { float: 1, int: 2, ints: 7 };

function attribute([name, value]) {
  if (Array.isArray(value)) {
    return field(5, [field(1, name), ...value.map((n) => integer(8, n)), integer(20, types.ints)]);
  }
  // Attributes that hold a float end in a dot here, since JavaScript has one kind of number.
  if (name.endsWith(".")) return field(5, [field(1, name.slice(0, -1)), float(2, value), integer(20, types.float)]);
  return field(5, [field(1, name), integer(3, value), integer(20, types.int)]);
}

const f32 = 1;
const i64 = 7;
const constant = ([name, { shape, data }]) =>
  field(5, [
    ...shape.map((size) => integer(1, size)),
    integer(2, data instanceof BigInt64Array ? i64 : f32),
    field(8, name),
    field(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ]);
const value = (number, name, shape) => {
  const dimensions = shape.map((size) => field(1, [integer(1, size)]));
  const type = shape.length > 0 ? [integer(1, f32), field(2, dimensions)] : [integer(1, f32)];
  return field(number, [field(1, name), field(2, [field(1, type)])]);
};

/**
 * @param nodes `[type, inputs, attributes]` in order: each one's first input, where it is "", is the output of the one before
 * @param constants weights by name, `{ shape, data }`
 * @param input `[name, shape]`
 * @returns the bytes of a model with one input and the output `y`
 */
export function onnxModel(nodes, constants, [input, shape]) {
  const outputOf = (i) => (i === nodes.length - 1 ? "y" : `t${i}`);
  const written = nodes.map(([type, inputs, attributes = {}], i) =>
    field(1, [
      ...inputs.map((name) => field(1, name === "" ? outputOf(i - 1) : name)),
      field(2, outputOf(i)),
      field(4, type),
      ...Object.entries(attributes).map(attribute),
    ]),
  );
  const graph = [
    ...written,
    field(2, "row"),
    ...Object.entries(constants).map(constant),
    value(11, input, shape),
    value(12, "y", []),
  ];
  const opset = [field(1, ""), integer(2, 20)];
  return concat([integer(1, 9), field(7, graph), field(8, opset)]);
}
