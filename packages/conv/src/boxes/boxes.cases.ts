import type { CaseInput, OpCase, OpCases } from "@nn/tensor/cases";
import { anchorGrid } from "./anchor-grid.js";
import { boxArea } from "./box-area.js";
import { boxConvert } from "./box-convert.js";
import { boxIou } from "./box-iou.js";
import { clipBoxesToImage } from "./clip-boxes-to-image.js";
import { completeBoxIou } from "./complete-box-iou.js";
import { distanceBoxIou } from "./distance-box-iou.js";
import { generalizedBoxIou } from "./generalized-box-iou.js";
import { type RoiAlignOptions, roiAlign } from "./roi-align.js";

type Numbers = readonly number[];

const rowsOf = (values: Numbers, width: number) =>
  Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));

// No two edges are equal, so that a small step never changes which one is the larger.
const a: CaseInput = {
  shape: [4, 4],
  values: [0, 0, 4, 3, 1.5, 1, 5, 2.25, -2, -1.5, 0.5, 6, 7, 7.5, 9, 8.5],
};
const b: CaseInput = { shape: [3, 4], values: [0.25, 0.75, 3.5, 2.75, 6, 5, 8, 9, -1, 0.5, 2, 4] };

/** Intersection, union, and the box around both. */
function measure([x1, y1, x2, y2]: Numbers, [u1, v1, u2, v2]: Numbers) {
  const inside = Math.max(0, Math.min(x2, u2) - Math.max(x1, u1)) * Math.max(0, Math.min(y2, v2) - Math.max(y1, v1));
  const union = (x2 - x1) * (y2 - y1) + (u2 - u1) * (v2 - v1) - inside;
  const around = [Math.max(x2, u2) - Math.min(x1, u1), Math.max(y2, v2) - Math.min(y1, v1)] as const;
  return { iou: inside / union, union, around };
}

const overlaps = {
  boxIou: (p: Numbers, q: Numbers) => measure(p, q).iou,
  generalizedBoxIou: (p: Numbers, q: Numbers) => {
    const { iou, union, around } = measure(p, q);
    const area = around[0] * around[1];
    return iou - (area - union) / area;
  },
  distanceBoxIou: (p: Numbers, q: Numbers) => {
    const { iou, around } = measure(p, q);
    const apart = Math.hypot((p[0] + p[2] - q[0] - q[2]) / 2, (p[1] + p[3] - q[1] - q[3]) / 2);
    return iou - apart ** 2 / (around[0] ** 2 + around[1] ** 2 + 1e-7);
  },
  completeBoxIou: (p: Numbers, q: Numbers): number => {
    const angle = ([x1, y1, x2, y2]: Numbers) => Math.atan((x2 - x1) / (y2 - y1));
    const v = (4 / Math.PI ** 2) * (angle(p) - angle(q)) ** 2;
    return overlaps.distanceBoxIou(p, q) - v ** 2 / (1 - measure(p, q).iou + v + 1e-7);
  },
};

function iouCase(fn: typeof boxIou, more: Partial<OpCase> = {}): OpCase {
  const formula = overlaps[fn.name as keyof typeof overlaps];
  return {
    name: fn.name,
    inputs: [a, b],
    run: (p, q) => fn(p, q),
    reference: (p, q) => [rowsOf(p, 4).flatMap((first) => rowsOf(q, 4).map((second) => formula(first, second)))],
    ...more,
  };
}

/** torchvision's definition, sample by sample. */
function aligned(x: Numbers, shape: Numbers, regions: Numbers[], options: RoiAlignOptions): number[] {
  const { outputSize, spatialScale = 1, samplingRatio = -1, aligned = false } = options;
  const [rows, columns] = typeof outputSize === "number" ? [outputSize, outputSize] : outputSize;
  const [, c, h, w] = shape;
  const at = (image: number, channel: number, y: number, x: number): number => {
    if (y < -1 || y > h || x < -1 || x > w) return 0;
    const [cy, cx] = [Math.min(Math.max(y, 0), h - 1), Math.min(Math.max(x, 0), w - 1)];
    const [y0, x0] = [Math.floor(cy), Math.floor(cx)];
    const pixel = (i: number, j: number) =>
      values[((image * c + channel) * h + Math.min(i, h - 1)) * w + Math.min(j, w - 1)];
    const [dy, dx] = [cy - y0, cx - x0];
    return (
      (1 - dy) * ((1 - dx) * pixel(y0, x0) + dx * pixel(y0, x0 + 1)) +
      dy * ((1 - dx) * pixel(y0 + 1, x0) + dx * pixel(y0 + 1, x0 + 1))
    );
  };
  const values = x;
  return regions.flatMap(([image, ...box]) => {
    const [x1, y1, x2, y2] = box.map((edge) => edge * spatialScale - (aligned ? 0.5 : 0));
    const width = (aligned ? x2 - x1 : Math.max(x2 - x1, 1)) / columns;
    const height = (aligned ? y2 - y1 : Math.max(y2 - y1, 1)) / rows;
    const [ny, nx] = [height, width].map((bin) => (samplingRatio > 0 ? samplingRatio : Math.ceil(bin)));
    return Array.from({ length: c * rows * columns }, (_, i) => {
      const [channel, row, column] = [Math.floor(i / (rows * columns)), Math.floor(i / columns) % rows, i % columns];
      let sum = 0;
      for (let sy = 0; sy < ny; sy++) {
        for (let sx = 0; sx < nx; sx++) {
          const y = y1 + height * (row + (sy + 0.5) / ny);
          sum += at(image, channel, y, x1 + width * (column + (sx + 0.5) / nx));
        }
      }
      return sum / Math.max(ny * nx, 1);
    });
  });
}

// Inside, across edges, beyond the image, smaller than an element, and larger than the image.
// biome-ignore format: a table
const regions = [0, 1, 0.5, 4.5, 3.25,  1, -1.75, -2.5, 2.5, 3,  1, 2.25, 3.5, 9, 8.75,  0, 2, 1, 2.25, 1.375,  1, -7, -6, 14.5, 13];
const shape = [2, 2, 5, 6];
const constants = "the result is not differentiated by the boxes, as in torchvision";

function roiCase(name: string, options: RoiAlignOptions): OpCase {
  return {
    name,
    inputs: [{ shape }, { shape: [5, 5], values: regions, noGradient: constants }],
    run: (x, boxes) => roiAlign(x, boxes, options),
    reference: (x, boxes) => [aligned(x, shape, rowsOf(boxes, 5), options)],
  };
}

/** Cases of boxes. What reads values (nms) is tested beside its source. */
export const boxCases: readonly OpCases[] = [
  {
    op: "pairwiseIou",
    cases: [
      iouCase(boxIou),
      iouCase(generalizedBoxIou),
      iouCase(distanceBoxIou),
      iouCase(completeBoxIou, {
        noGradient: "its trade-off is a constant of the gradient; PyTorch's numbers are goldens",
      }),
      { name: "no boxes", inputs: [{ shape: [0, 4] }, { shape: [2, 4] }], run: (p, q) => boxIou(p, q) },
    ],
    errors: [
      {
        name: "no boxes in the rows",
        inputs: [{ shape: [2, 4] }, { shape: [3, 5] }],
        run: (p, q) => generalizedBoxIou(p, q),
        error: "ShapeError",
        says: ["[generalizedBoxIou]", "b [n, 4], got [3, 5]"],
      },
      {
        name: "integers",
        inputs: [{ shape: [2, 4], dtype: "i32" }, { shape: [3, 4] }],
        run: (p, q) => boxIou(p, q),
        error: "DTypeError",
        says: ["f32 or f64, got i32"],
      },
    ],
  },
  {
    op: "boxArea",
    cases: [
      {
        name: "four boxes",
        inputs: [a],
        run: (p) => boxArea(p),
        reference: (p) => [rowsOf(p, 4).map(([x1, y1, x2, y2]) => (x2 - x1) * (y2 - y1))],
      },
    ],
  },
  {
    op: "boxConvert",
    cases: [
      {
        name: "corners to center, and to corner and size",
        inputs: [a],
        run: (p) => [boxConvert(p, "xyxy", "cxcywh"), boxConvert(p, "xyxy", "xywh")],
        reference: (p) => [
          rowsOf(p, 4).flatMap(([x1, y1, x2, y2]) => [(x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1]),
          rowsOf(p, 4).flatMap(([x1, y1, x2, y2]) => [x1, y1, x2 - x1, y2 - y1]),
        ],
      },
      {
        name: "from center, and from corner and size",
        inputs: [a],
        run: (p) => [boxConvert(p, "cxcywh", "xyxy"), boxConvert(p, "xywh", "cxcywh")],
        reference: (p) => [
          rowsOf(p, 4).flatMap(([x, y, w, h]) => [x - w / 2, y - h / 2, x + w / 2, y + h / 2]),
          rowsOf(p, 4).flatMap(([x, y, w, h]) => [x + w / 2, y + h / 2, w, h]),
        ],
      },
    ],
    errors: [
      {
        name: "a format that does not exist",
        inputs: [a],
        run: (p) => boxConvert(p, "yxyx" as "xyxy", "xywh"),
        error: "DataError",
        says: ["from one of xyxy, xywh, cxcywh", 'got "yxyx"'],
      },
    ],
  },
  {
    op: "clipBoxesToImage",
    cases: [
      {
        name: "all sides",
        inputs: [a],
        run: (p) => clipBoxesToImage(p, [5, 4.25]),
        reference: (p) => [p.map((edge, i) => Math.min(Math.max(edge, 0), i % 2 === 0 ? 4.25 : 5))],
        noGradient: "edges lie on the limits, where the derivative jumps",
      },
      {
        name: "inside and outside",
        inputs: [b],
        run: (p) => clipBoxesToImage(p, [8.25, 7.25]),
        reference: (p) => [p.map((edge, i) => Math.min(Math.max(edge, 0), i % 2 === 0 ? 7.25 : 8.25))],
      },
    ],
    errors: [
      {
        name: "a size that is none",
        inputs: [a],
        run: (p) => clipBoxesToImage(p, [-1, 5]),
        error: "DataError",
        says: ["size [height, width]", "got [-1, 5]"],
      },
    ],
  },
  {
    op: "anchorGrid",
    cases: [
      {
        name: "two sizes, two ratios",
        inputs: [],
        run: () => anchorGrid({ gridSize: [2, 1], stride: [8, 4], sizes: [16, 20], aspectRatios: [0.25, 1] }),
        reference: () => [
          [0, 8].flatMap((y) =>
            [
              [16, 4],
              [20, 5],
              [8, 8],
              [10, 10],
            ].flatMap(([w, h]) => [-w, y - h, w, y + h]),
          ),
        ],
      },
    ],
    errors: [
      {
        name: "options",
        inputs: [],
        run: () => anchorGrid({ gridSize: 2, stride: 0, sizes: [], aspectRatios: [0] }),
        error: "DataError",
        says: ["stride an integer of 1 or more", "sizes one number above 0", "aspectRatios one number above 0"],
      },
    ],
  },
  {
    op: "roiAlign",
    cases: [
      roiCase("two samples a bin", { outputSize: [2, 3], samplingRatio: 2 }),
      roiCase("as many samples as elements", { outputSize: [2, 1] }),
      roiCase("aligned", { outputSize: 2, aligned: true }),
      roiCase("scaled, one sample", { outputSize: [1, 2], spatialScale: 0.5, samplingRatio: 1, aligned: true }),
      {
        name: "a table for each image, one empty",
        inputs: [{ shape }, { shape: [2, 4], values: [0, 1, 4.5, 3.25, 1, 1, 3, 2.5], noGradient: constants }],
        run: (x, boxes) => roiAlign(x, [boxes.slice(0, 0, 0), boxes], { outputSize: 2, samplingRatio: 2 }),
        reference: (x, boxes) => {
          const own = rowsOf(boxes, 4).map((box) => [1, ...box]);
          return [aligned(x, shape, own, { outputSize: 2, samplingRatio: 2 })];
        },
      },
      {
        name: "no boxes",
        inputs: [{ shape }, { shape: [0, 5], noGradient: constants }],
        run: (x, boxes) => roiAlign(x, boxes, { outputSize: 2 }),
      },
    ],
    errors: [
      {
        name: "boxes without their images",
        inputs: [{ shape: [2, 1, 4, 4] }, { shape: [3, 4] }],
        run: (x, boxes) => roiAlign(x, boxes, { outputSize: 2 }),
        error: "ShapeError",
        says: ["[roiAlign]", "regions [n, 5], got [3, 4]"],
      },
      {
        name: "too few tables",
        inputs: [{ shape: [2, 1, 4, 4] }, { shape: [3, 4] }],
        run: (x, boxes) => roiAlign(x, [boxes], { outputSize: 2 }),
        error: "ShapeError",
        says: ["one table of boxes for each image", "2 of them, 1 or more, got 1"],
      },
      {
        name: "options",
        inputs: [{ shape: [2, 1, 4, 4] }, { shape: [3, 5] }],
        run: (x, boxes) => roiAlign(x, boxes, { outputSize: 0, spatialScale: 0, samplingRatio: 1.5 }),
        error: "DataError",
        says: ["outputSize an integer of 1 or more", "spatialScale a number above 0", "samplingRatio an integer"],
      },
    ],
  },
];
