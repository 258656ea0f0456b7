const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** `1,234`. */
export function whole(value: number): string {
  return grouped.format(value);
}

/** `98.65 %`. */
export function percent(part: number, digits = 2): string {
  return `${(100 * part).toFixed(digits)} %`;
}

/** `48.2 s`, `2 min 5 s`. */
export function duration(seconds: number): string {
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  const rounded = Math.round(seconds);
  return `${Math.floor(rounded / 60)} min ${rounded % 60} s`;
}
