import { tensor } from "@nn/tensor";
import { describe, expect, test } from "vitest";
import {
  DataLoader,
  detrend,
  difference,
  inverseDifference,
  StandardScaler,
  splitByTime,
  Trend,
  WindowDataset,
} from "../index.js";

const count = (n: number) => Float32Array.from({ length: n }, (_, i) => i);

describe("WindowDataset", () => {
  test("gives every window, as views of the series", () => {
    const series = count(10);
    const windows = new WindowDataset(series, { inputLength: 4, horizon: 2, stride: 3 });
    expect(windows.length).toBe(2);
    const { x, y } = windows.get(1);
    expect([[...x.data], [...y.data]]).toEqual([
      [3, 4, 5, 6],
      [7, 8],
    ]);
    expect([x.data.buffer, y.data.buffer]).toEqual([series.buffer, series.buffer]);
    expect(x.data.buffer).toBe(series.buffer);
  });
  test("of several features, with a gap and a target of its own", () => {
    const series = { data: count(12), shape: [6, 2] };
    const target = count(6).map((value) => value * 100);
    const windows = new WindowDataset(series, { inputLength: 2, horizon: 1, gap: 1, target });
    expect(windows.length).toBe(3);
    const { x, y } = windows.get(2);
    expect([x.shape, [...x.data], y.shape, [...y.data]]).toEqual([[2, 2], [4, 5, 6, 7], [1], [500]]);
  });
  test("batches are what the windows are", () => {
    const windows = new WindowDataset({ data: count(20), shape: [10, 2] }, { inputLength: 3, horizon: 2 });
    for (const { x, y } of new DataLoader(windows, { batchSize: 4, shuffle: true, seed: 1 })) {
      const [inputs, outputs] = [x.dataSync(), y.dataSync()];
      expect(x.shape.slice(1)).toEqual([3, 2]);
      for (let i = 0; i < x.shape[0]; i++) {
        const first = inputs[i * 6]!;
        expect([...inputs.subarray(i * 6, i * 6 + 6)]).toEqual([0, 1, 2, 3, 4, 5].map((value) => value + first));
        expect([...outputs.subarray(i * 4, i * 4 + 4)]).toEqual([6, 7, 8, 9].map((value) => value + first));
      }
    }
  });
  test.each<[string, () => unknown, RegExp]>([
    ["a short series", () => new WindowDataset(count(4), { inputLength: 4 }), /5 steps or more[^]*got 4/],
    ["no length", () => new WindowDataset(count(4), { inputLength: 0 }), /inputLength is no integer from 1/],
    ["another time", () => new WindowDataset(count(4), { inputLength: 1, target: count(3) }), /4 steps +got 3/],
    ["nothing", () => new WindowDataset(new Float32Array(0), { inputLength: 1 }), /no series/],
  ])("refuses %s", (_, make, message) => expect(make).toThrow(message));
});

describe("StandardScaler", () => {
  const train = { data: new Float64Array([1, 5, 3, 5, 5, 5]), shape: [3, 2] };
  test("is fit feature by feature; a constant is only shifted", () => {
    const scaler = StandardScaler.fit(train);
    expect(scaler.mean).toEqual([3, 5]);
    expect(scaler.std).toEqual([Math.sqrt(8 / 3), 1]);
    expect([...scaler.transform(train).data].filter((_, i) => i % 2 === 1)).toEqual([0, 0, 0]);
  });
  test("goes back, on the host and on a backend, also for batches of windows", () => {
    const scaler = StandardScaler.fit(train);
    const batch = tensor([
      [
        [1, 2],
        [3, 4],
      ],
    ]);
    const scaled = scaler.transform(batch);
    const host = scaler.transform({ data: new Float32Array([1, 2, 3, 4]), shape: [1, 2, 2] });
    expect([...scaled.dataSync()]).toEqual([...host.data].map((value) => expect.closeTo(value, 5) as number));
    expect([...scaler.inverseTransform(scaled).dataSync()]).toEqual([1, 2, 3, 4].map((v) => expect.closeTo(v, 5)));
    expect(scaler.inverseTransform(host).shape).toEqual([1, 2, 2]);
  });
  test("survives JSON, and leaves missing values out", () => {
    const scaler = StandardScaler.fit(new Float32Array([2, Number.NaN, 4]));
    expect(scaler.mean).toEqual([3]);
    expect(new StandardScaler(JSON.parse(JSON.stringify(scaler)))).toEqual(scaler);
  });
  test.each<[string, () => unknown, RegExp]>([
    ["other features", () => StandardScaler.fit(train).transform(count(3)), /2 in the last dimension +got \[3\]/],
    ["no value", () => StandardScaler.fit(new Float32Array([Number.NaN])), /feature has no value/],
    ["no state", () => new StandardScaler({ mean: [1], std: [0] }), /no state of a scaler/],
  ])("refuses %s", (_, make, message) => expect(make).toThrow(message));
});

describe("trends", () => {
  test("of a line leave nothing; of each feature its own", () => {
    const series = { data: Float64Array.of(1, 9, 3, 8, 5, 7), shape: [3, 2] };
    const trend = Trend.fit(series);
    expect(trend).toEqual(new Trend({ intercept: [1, 9], slope: [2, -1] }));
    expect([...detrend(series).data].every((value) => Math.abs(value) < 1e-12)).toBe(true);
    expect([...detrend(series, { type: "constant" }).data]).toEqual([-2, 1, 0, 0, 2, -1]);
  });
  test("go on after what they were fit on", () => {
    const series = Float64Array.from({ length: 20 }, (_, i) => 3 * i + Math.sin(i));
    const [past, future] = splitByTime(series, [15, 5]);
    const trend = new Trend(JSON.parse(JSON.stringify(Trend.fit(past))));
    const rest = trend.remove(future, { start: 15 });
    expect(Math.max(...[...rest.data].map(Math.abs))).toBeLessThan(2);
    expect([...trend.restore(rest, { start: 15 }).data]).toEqual([...future.data].map((v) => expect.closeTo(v, 10)));
  });
  test("a difference and back", () => {
    const series = { data: Float64Array.of(1, 10, 4, 20, 9, 30, 16, 40), shape: [4, 2] };
    for (const lag of [1, 2, 3]) {
      const differences = difference(series, { lag });
      expect(differences.shape).toEqual([4 - lag, 2]);
      const [first, rest] = splitByTime(series, [lag, 4 - lag]);
      expect([...inverseDifference(differences, first, { lag }).data]).toEqual([...rest.data]);
    }
  });
  test.each<[string, () => unknown, RegExp]>([
    ["a long lag", () => difference(count(2), { lag: 2 }), /more than 2 steps +got 2/],
    ["a wrong start", () => inverseDifference(count(2), count(2)), /1 steps of 1 features/],
    ["other features", () => Trend.fit(count(3)).remove({ data: count(4), shape: [2, 2] }), /1 a step/],
    ["parts of more", () => splitByTime(count(3), [2, 2]), /splitByTime[^]*add up to 3/],
  ])("refuses %s", (_, make, message) => expect(make).toThrow(message));
});
