/** Thrown where a library has no way to do what a row asks; the message is printed in its place. */
export class Cannot extends Error {}
