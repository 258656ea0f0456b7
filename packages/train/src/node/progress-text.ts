import type { EpochRecord } from "../fit-options.js";

/** `loss 0.1234  accuracy 0.9512`: the numbers among scores. */
export function numbersOf(scores: Readonly<Record<string, unknown>>, prefix = ""): string {
  return Object.entries(scores)
    .flatMap(([name, value]) => (typeof value === "number" ? [`${prefix}${name} ${numberOf(value)}`] : []))
    .join("  ");
}

/** Four digits behind the point, or fewer digits before a power of ten. */
export function numberOf(value: number): string {
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)) return value.toExponential(2);
  return value.toFixed(4);
}

/** `1:05`, `2:03:20`. */
export function durationOf(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const tail = String(whole % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

/** A bar of `width` characters; empty where the whole is not known. */
export function barOf(done: number, of: number | undefined, width: number): string {
  if (of === undefined || of === 0) return "";
  const full = Math.min(width, Math.round((done / of) * width));
  return "━".repeat(full) + "─".repeat(width - full);
}

/** The line of a finished epoch. */
export function epochLine(record: EpochRecord, epochs: number): string {
  const { epoch, samplesPerSecond, seconds, train, validation } = record;
  return [
    `epoch ${epoch}/${epochs}`,
    numbersOf(train),
    ...(validation === undefined ? [] : [numbersOf(validation, "validation ")]),
    `${Math.round(samplesPerSecond)} samples/s`,
    `${seconds.toFixed(1)} s`,
  ].join("  ");
}
