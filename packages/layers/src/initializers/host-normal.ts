/** One standard normal of two random words (Box and Muller). */
export function normalOf(first: number, second: number): number {
  return Math.sqrt(-2 * Math.log((first + 0.5) * 2 ** -32)) * Math.cos(2 * Math.PI * second * 2 ** -32);
}
