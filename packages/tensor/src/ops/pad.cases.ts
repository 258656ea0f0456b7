import type { OpCase, OpCases } from "../cases.js";
import { build, place } from "./naive.js";
import { type Padding, pad } from "./pad.js";
import type { PadMode } from "./pad-mode.js";
import { unfold } from "./unfold.js";

type Shape = readonly number[];

function padReference(shape: Shape, padding: readonly Padding[], value = 0) {
  const out = shape.map((d, i) => d + padding[i]![0] + padding[i]![1]);
  return (x: readonly number[]) => [
    build(out, (at) => {
      const from = at.map((c, i) => c - padding[i]![0]);
      return from.every((c, i) => c >= 0 && c < shape[i]!) ? x[place(from, shape)]! : value;
    }),
  ];
}

/** Where an element of the padding comes from, along one axis. */
const sources: Readonly<Record<PadMode, (at: number, size: number) => number>> = {
  reflect: (at, size) => (at < 0 ? -at : at >= size ? 2 * (size - 1) - at : at),
  replicate: (at, size) => Math.min(Math.max(at, 0), size - 1),
  circular: (at, size) => (at + size) % size,
};

function modeCase(mode: PadMode, shape: Shape, padding: readonly Padding[]): OpCase {
  const out = shape.map((d, i) => d + padding[i]![0] + padding[i]![1]);
  const from = (at: readonly number[]) => at.map((c, i) => sources[mode](c - padding[i]![0], shape[i]!));
  return {
    name: `${mode}, [${shape.join(", ")}]`,
    inputs: [{ shape }],
    run: (x) => pad(x!, padding, { mode }),
    reference: (x) => [build(out, (at) => x[place(from(at), shape)]!)],
  };
}

const one = [1, 1] as const;
const none = [0, 0] as const;

function windows(shape: Shape, axis: number, size: number, step: number, dilation: number) {
  const count = Math.floor((shape[axis]! - dilation * (size - 1) - 1) / step) + 1;
  return (x: readonly number[]) => [
    build([...shape.with(axis, count), size], (at) => {
      const k = at.at(-1)!;
      return x[place(at.slice(0, -1).with(axis, at[axis]! * step + k * dilation), shape)]!;
    }),
  ];
}

/** Padding and sliding windows. */
export const padCases: readonly OpCases[] = [
  {
    op: "padMode",
    cases: [
      modeCase("reflect", [4], [[3, 2]]),
      modeCase("reflect", [1, 2, 3, 4], [none, none, [1, 2], [2, 1]]),
      modeCase("reflect", [2, 3, 3], [one, one, [0, 2]]),
      modeCase("replicate", [1], [[3, 2]]),
      modeCase("replicate", [2, 1, 3, 4], [none, none, [1, 4], [2, 0]]),
      modeCase("circular", [3], [[3, 3]]),
      modeCase("circular", [1, 2, 3, 4], [none, none, [1, 2], [2, 1]]),
      modeCase("circular", [0, 3], [none, one]),
      {
        name: "integers",
        inputs: [{ shape: [3], dtype: "i32", values: [1, 2, 3] }],
        run: (x) => pad(x!, [[1, 1]], { mode: "circular" }),
        reference: () => [[3, 1, 2, 3, 1]],
      },
    ],
    errors: [
      {
        name: "as much as there is, mirrored",
        inputs: [{ shape: [2, 3] }],
        run: (x) => pad(x!, [one, [0, 3]], { mode: "reflect" }),
        error: "ShapeError",
        says: ["[pad]", 'in mode "reflect"', "[0, 3]", "less than the dimension"],
      },
      {
        name: "more than there is, around",
        inputs: [{ shape: [2, 3] }],
        run: (x) => pad(x!, [one, [4, 0]], { mode: "circular" }),
        error: "ShapeError",
        says: ["[4, 0]", "at most the dimension"],
      },
      {
        name: "the edge of nothing",
        inputs: [{ shape: [0] }],
        run: (x) => pad(x!, [one], { mode: "replicate" }),
        error: "ShapeError",
        says: ["not empty"],
      },
      {
        name: "cut",
        inputs: [{ shape: [3] }],
        run: (x) => pad(x!, [[-1, 0]], { mode: "circular" }),
        error: "ShapeError",
        says: ["[-1, 0]", 'mode "constant"'],
      },
      {
        name: "a mode that does not exist",
        inputs: [{ shape: [3] }],
        run: (x) => pad(x!, [one], { mode: "mirror" as "reflect" }),
        error: "DataError",
        says: ['"replicate"', 'got "mirror"'],
      },
    ],
  },
  {
    op: "pad",
    cases: [
      ...(
        [
          [
            "one axis, uneven",
            [2, 3],
            [
              [0, 0],
              [1, 2],
            ],
            0,
          ],
          [
            "all axes, another value",
            [2, 3],
            [
              [1, 0],
              [2, 1],
            ],
            -1.5,
          ],
          [
            "negative padding cuts",
            [3, 5],
            [
              [0, -1],
              [-2, 1],
            ],
            0.5,
          ],
          [
            "images",
            [1, 2, 2, 3],
            [
              [0, 0],
              [0, 0],
              [1, 1],
              [0, 2],
            ],
            0,
          ],
          ["cut to one element", [4], [[-1, -2]], 0],
          ["cut to nothing", [4], [[-1, -3]], 0],
          [
            "an empty tensor",
            [0, 2],
            [
              [1, 1],
              [0, 1],
            ],
            3,
          ],
          [
            "nothing to do",
            [2, 2],
            [
              [0, 0],
              [0, 0],
            ],
            0,
          ],
        ] as const
      ).map(([name, shape, padding, value]) => ({
        name,
        inputs: [{ shape }],
        run: (x: Parameters<typeof pad>[0]) => pad(x, padding, value),
        reference: padReference(shape, padding, value),
      })),
      {
        name: "i32",
        inputs: [{ shape: [2, 2], dtype: "i32", values: [1, 2, 3, 4] }],
        run: (x) =>
          pad(
            x!,
            [
              [0, 1],
              [1, 0],
            ],
            7,
          ),
        reference: padReference(
          [2, 2],
          [
            [0, 1],
            [1, 0],
          ],
          7,
        ),
      },
      {
        name: "bool",
        inputs: [{ shape: [3], dtype: "bool", values: [1, 0, 1] }],
        run: (x) => pad(x!, [[1, 1]], 1),
        reference: padReference([3], [[1, 1]], 1),
      },
    ],
    errors: [
      {
        name: "not one pair per dimension",
        inputs: [{ shape: [2, 3] }],
        run: (x) => pad(x!, [[1, 1]]),
        error: "ShapeError",
        says: ["[pad]", "f32 [2, 3]", "[1, 1]", "2 pairs"],
      },
      {
        name: "cuts more than there is",
        inputs: [{ shape: [3] }],
        run: (x) => pad(x!, [[-2, -2]]),
        error: "ShapeError",
        says: ["[pad]", "f32 [3]", "below 0"],
      },
    ],
  },
  {
    op: "unfold",
    cases: (
      [
        ["step 1", [6], 0, 3, 1, 1],
        ["step 2, first axis", [7, 2], 0, 3, 2, 1],
        ["dilation 2, last axis", [2, 7], -1, 3, 1, 2],
        ["steps beyond the window", [2, 9, 2], 1, 2, 4, 1],
        ["the window is all there is", [2, 3], 1, 3, 1, 1],
        ["size 1", [4], 0, 1, 1, 1],
      ] as const
    ).map(([name, shape, axis, size, step, dilation]) => ({
      name,
      inputs: [{ shape }],
      run: (x) => unfold(x!, axis, size, step, dilation),
      reference: windows(shape, axis < 0 ? axis + shape.length : axis, size, step, dilation),
    })),
    errors: [
      {
        name: "the window is too large",
        inputs: [{ shape: [2, 4] }],
        run: (x) => unfold(x!, 1, 3, 1, 2),
        error: "ShapeError",
        says: ["[unfold]", "no window fits", "size 4", "dilation 2", "spans 5"],
      },
      {
        name: "step 0",
        inputs: [{ shape: [4] }],
        run: (x) => unfold(x!, 0, 2, 0),
        error: "ShapeError",
        says: ["[unfold]", "step 0"],
      },
    ],
  },
];
