/** What is no result goes to standard error. */
export function say(text: string): void {
  console.error(text);
}
