import { type SafetensorsDType, storedTypes } from "./safetensors-dtypes.js";
import { safetensorsError } from "./safetensors-error.js";

/** Where a tensor lies in the data. */
export interface Entry {
  readonly name: string;
  readonly stored: SafetensorsDType;
  readonly shape: readonly number[];
  /** Bytes from the start of the data. */
  readonly start: number;
  readonly end: number;
}

export interface Header {
  readonly metadata: Record<string, string>;
  /** In the order of the data. */
  readonly entries: readonly Entry[];
  /** Where the data start in the file. */
  readonly dataStart: number;
}

/** The limit of the reference implementation: a longer header is taken for an attack. */
const longestHeader = 100_000_000;

/** Reads and checks the header: its length, its JSON, and that the tensors fill the data without gaps or overlaps. */
export function readHeader(bytes: Uint8Array): Header {
  const json = parse(bytes);
  const dataStart = 8 + headerLength(bytes);
  const metadata: Record<string, string> = Object.create(null);
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(json)) {
    if (name === "__metadata__") Object.assign(metadata, readMetadata(value));
    else entries.push(readEntry(name, value));
  }
  entries.sort((a, b) => a.start - b.start || a.end - b.end);
  checkCoverage(entries, bytes.length - dataStart);
  return { metadata: { ...metadata }, entries, dataStart };
}

function headerLength(bytes: Uint8Array): number {
  if (bytes.length < 8) {
    throw safetensorsError("the file is too short", [["expected", "at least 8 bytes", `got ${bytes.length}`]]);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > longestHeader) {
    throw safetensorsError("the header is too long", [["expected", `at most ${longestHeader} bytes`, `got ${length}`]]);
  }
  if (Number(length) > bytes.length - 8) {
    throw safetensorsError("the file ends within the header", [
      ["header", `${length} bytes`],
      ["file", `${bytes.length} bytes`],
    ]);
  }
  return Number(length);
}

function parse(bytes: Uint8Array): Record<string, unknown> {
  const text = bytes.subarray(8, 8 + headerLength(bytes));
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(text));
  } catch (cause) {
    const utf8 = cause instanceof TypeError;
    throw safetensorsError(utf8 ? "the header is not UTF-8" : "the header is not JSON", [["at", "byte 8"]], cause);
  }
  // The format asks for "{" as the first byte; JSON.parse would take white space too.
  if (isRecord(json) && text[0] === 0x7b) return json;
  throw safetensorsError("the header is no JSON object", [["expected", '"{" at byte 8']]);
}

function readMetadata(value: unknown): Record<string, string> {
  if (isRecord(value) && Object.values(value).every((text) => typeof text === "string")) {
    return value as Record<string, string>;
  }
  throw safetensorsError("the metadata are not strings", [["expected", '{ "__metadata__": { "key": "text" } }']]);
}

function readEntry(name: string, value: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = isRecord(value) ? value : {};
  const at = ["tensor", JSON.stringify(name)] as const;
  if (typeof dtype !== "string" || !Object.hasOwn(storedTypes, dtype)) {
    const known = Object.keys(storedTypes).join(", ");
    throw safetensorsError("a tensor has a dtype that cannot be read", [at, ["expected", known, `got ${show(dtype)}`]]);
  }
  if (!isCounts(shape)) {
    throw safetensorsError("a shape is malformed", [at, ["expected", "integers from 0 on", `got ${show(shape)}`]]);
  }
  if (!isCounts(offsets) || offsets.length !== 2) {
    throw safetensorsError("data offsets are malformed", [at, ["expected", "[start, end]", `got ${show(offsets)}`]]);
  }
  const stored = dtype as SafetensorsDType;
  const [start, end] = offsets as [number, number];
  const needed = shape.reduce((product, size) => product * size, 1) * storedTypes[stored].bytes;
  if (end - start !== needed) {
    throw safetensorsError("data offsets do not fit the shape", [
      at,
      ["expected", `${needed} bytes for ${stored} [${shape.join(", ")}]`],
      ["got", `${end - start} bytes`, `${start} to ${end}`],
    ]);
  }
  return { name, stored, shape, start, end };
}

/** The tensors must lie one after another and fill the data: nothing hides between or behind them. */
function checkCoverage(entries: readonly Entry[], available: number): void {
  let at = 0;
  for (const { name, start, end } of entries) {
    if (start !== at) {
      throw safetensorsError(start < at ? "two tensors overlap" : "there is a gap before a tensor", [
        ["tensor", JSON.stringify(name)],
        ["expected", `start at ${at}`, `got ${start}`],
      ]);
    }
    at = end;
  }
  if (at === available) return;
  throw safetensorsError(at > available ? "the file ends within the data" : "there are bytes behind the last tensor", [
    ["expected", `${at} bytes of data`, `got ${available}`],
  ]);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
