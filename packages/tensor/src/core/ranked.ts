import type { Shape } from "@nn/backend";

/** A shape as an argument: the empty tuple lets TypeScript see a literal `[1, 2]` as a tuple. */
export type ShapeArgument = Shape | [];

/**
 * What is known of a result's shape: a tuple where the argument's length is known, else nothing, so that a tensor of a
 * computed shape fits every labelled rank.
 */
// biome-ignore lint/suspicious/noExplicitAny: the default of Tensor, see there.
export type Ranked<S extends ShapeArgument> = number extends S["length"] ? any : S;
