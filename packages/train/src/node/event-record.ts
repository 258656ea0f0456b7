import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { maskedCrc32c } from "./crc32c.js";
import type { Histogram } from "./histogram.js";

/** One value of a step. */
export type EventValue =
  | { readonly kind: "scalar"; readonly tag: string; readonly value: number }
  | { readonly kind: "histogram"; readonly tag: string; readonly value: Histogram }
  | { readonly kind: "text"; readonly tag: string; readonly value: string };

// Fields of event.proto, summary.proto, histogram.proto, tensor.proto and types.proto of TensorFlow.
const event = { wallTime: 1, step: 2, fileVersion: 3, summary: 5 };
const summary = { value: 1 };
const valueField = { tag: 1, simpleValue: 2, histo: 5, tensor: 8, metadata: 9 };
const histo = { min: 1, max: 2, num: 3, sum: 4, sumSquares: 5, bucketLimit: 6, bucket: 7 };
const tensor = { dtype: 1, shape: 2, stringVal: 8 };
const tensorShape = { dim: 2, size: 1 };
const metadata = { pluginData: 1, pluginName: 1 };
const dtString = 7;

/** The first record of an event file. */
export function versionRecord(wallTime: number): Uint8Array {
  const writer = eventWriter(wallTime, 0);
  return record(writer.tag(event.fileVersion, WireType.LengthDelimited).string("brain.Event:2").finish());
}

/** The record of a value. `wallTime` in seconds since 1970. */
export function valueRecord(wallTime: number, step: number, value: EventValue): Uint8Array {
  const writer = eventWriter(wallTime, step);
  writer.tag(event.summary, WireType.LengthDelimited).fork();
  writer.tag(summary.value, WireType.LengthDelimited).fork();
  writer.tag(valueField.tag, WireType.LengthDelimited).string(value.tag);
  if (value.kind === "scalar") writer.tag(valueField.simpleValue, WireType.Bit32).float(value.value);
  else if (value.kind === "histogram") writeHistogram(writer, value.value);
  else writeText(writer, value.value);
  return record(writer.join().join().finish());
}

function eventWriter(wallTime: number, step: number): BinaryWriter {
  const writer = new BinaryWriter().tag(event.wallTime, WireType.Bit64).double(wallTime);
  return step === 0 ? writer : writer.tag(event.step, WireType.Varint).int64(step);
}

function writeHistogram(writer: BinaryWriter, histogram: Histogram): void {
  const { min, max, count, sum, sumSquares, limits, counts } = histogram;
  writer.tag(valueField.histo, WireType.LengthDelimited).fork();
  const double = (field: number, value: number) => writer.tag(field, WireType.Bit64).double(value);
  double(histo.min, min);
  double(histo.max, max);
  double(histo.num, count);
  double(histo.sum, sum);
  double(histo.sumSquares, sumSquares);
  for (const [field, values] of [
    [histo.bucketLimit, limits],
    [histo.bucket, counts],
  ] as const) {
    writer.tag(field, WireType.LengthDelimited).fork();
    for (const value of values) writer.double(value);
    writer.join();
  }
  writer.join();
}

/** Text is a tensor of one string, and a note that the text plugin shows it. */
function writeText(writer: BinaryWriter, text: string): void {
  writer.tag(valueField.tensor, WireType.LengthDelimited).fork();
  writer.tag(tensor.dtype, WireType.Varint).int32(dtString);
  writer.tag(tensor.shape, WireType.LengthDelimited).fork();
  writer.tag(tensorShape.dim, WireType.LengthDelimited).fork();
  writer.tag(tensorShape.size, WireType.Varint).int64(1).join().join();
  writer.tag(tensor.stringVal, WireType.LengthDelimited).string(text).join();
  writer.tag(valueField.metadata, WireType.LengthDelimited).fork();
  writer.tag(metadata.pluginData, WireType.LengthDelimited).fork();
  writer.tag(metadata.pluginName, WireType.LengthDelimited).string("text").join().join();
}

/** TFRecord: length, its checksum, the data, their checksum. */
function record(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 16);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length, true);
  view.setUint32(8, maskedCrc32c(bytes.subarray(0, 8)), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return bytes;
}
