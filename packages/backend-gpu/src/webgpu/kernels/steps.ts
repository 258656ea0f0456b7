import { type Operand, sizeOf } from "@nn/backend";
import type { ShaderProgram } from "../../engine.js";
import { copyFloats, type Device, launchElements, reads, writes } from "./launch.js";

/** How an optimizer moves one parameter. */
export interface Step {
  readonly key: string;
  readonly params: ShaderProgram["params"];
  /** What is moved: the parameter `p` and its state. The gradient is `g`. */
  readonly moved: readonly string[];
  /** Statements for the element `i`. */
  readonly body: string;
}

/**
 * One dispatch for each parameter, all in one submit, in place: where the dispatcher could not give an input's buffer
 * away, its content is copied first. Inputs come in groups of `p, g, state…`, outputs in groups of `p, state…`.
 */
export function moveAll(
  device: Device,
  { key, params, moved, body }: Step,
  inputs: readonly Operand[],
  outputs: readonly Operand[],
  values: readonly number[],
): void {
  const taken = moved.length + 1;
  for (let group = 0; group * taken < inputs.length; group++) {
    const [p, g, ...state] = inputs.slice(group * taken, (group + 1) * taken);
    const next = outputs.slice(group * moved.length, (group + 1) * moved.length);
    const count = sizeOf(p.shape);
    if (count === 0) continue;
    [p, ...state].forEach((before, i) => {
      if (before.buffer !== next[i].buffer) copyFloats(device, before.buffer, next[i].buffer, count);
    });
    launchElements(device, {
      key,
      count,
      params: values,
      buffers: [g.buffer, ...next.map(({ buffer }) => buffer)],
      text: () => ({ params, buffers: [...reads("g"), ...writes(...moved)], body }),
    });
  }
}
