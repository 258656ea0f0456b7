import { defineOp, expand, type Op, reshape, type Shape, stack, type Tensor } from "@nn/tensor";
import { avgPool1d } from "../pool/avg-pool1d.js";
import { avgPool2d } from "../pool/avg-pool2d.js";
import { avgPool3d } from "../pool/avg-pool3d.js";

interface RepeatAttrs {
  /** How often an element is repeated, one number per axis behind the channels. */
  readonly times: readonly number[];
}

/** `[x (n, c, …)]` → every element as a block of copies of itself. */
export const repeatOp: Op<RepeatAttrs> = defineOp<RepeatAttrs>({
  name: "repeat",
  infer: ([x], { times }) => ({ dtype: x.dtype, shape: enlarged(x.shape, times) }),
  composed: ([x], { times }) => {
    const [n, c, ...sizes]: Shape = x.shape;
    const last = sizes.length - 1;
    // The last axis first and by itself: as the innermost of a copy it would be a run of a few elements.
    const wide = times[last] === 1 ? x : stack(new Array<Tensor>(times[last]).fill(x), -1);
    const outer = sizes.slice(0, last);
    const width = sizes[last] * times[last];
    const apart = reshape(wide, [n, c, ...outer.flatMap((size) => [size, 1]), width]);
    const blocks = expand(apart, [n, c, ...outer.flatMap((size, axis) => [size, times[axis]]), width]);
    return reshape(blocks, enlarged(x.shape, times));
  },
  saves: { inputs: [] },
  vjp: ({ g, attrs: { times } }) => [blockMeans(g, times).mul(times.reduce((count, t) => count * t, 1))],
});

function enlarged(shape: Shape, times: readonly number[]): Shape {
  return shape.map((size, axis) => size * (times[axis - 2] ?? 1));
}

function blockMeans(g: Tensor, [a, b = 1, c = 1]: readonly number[]): Tensor {
  if (g.size === 0) return g;
  if (g.rank === 3) return avgPool1d(g, { kernelSize: a });
  return g.rank === 4 ? avgPool2d(g, { kernelSize: [a, b] }) : avgPool3d(g, { kernelSize: [a, b, c] });
}
