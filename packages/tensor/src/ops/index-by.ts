import { describe, ShapeError } from "@nn/backend";
import { isTensor, type Tensor } from "../core/tensor.js";
import { indexSelect } from "./index-select.js";
import { reshape } from "./reshape.js";
import { slice } from "./slice.js";

/** A number picks, `null` keeps, `[start, end, step]` slices, a one-dimensional i32 tensor gathers. */
export type IndexItem = number | null | readonly [start: number, end?: number, step?: number] | Tensor;

/** The sub-tensor at the given leading coordinates, as a view. */
export function at(x: Tensor, coordinates: readonly number[]): Tensor {
  if (coordinates.length > x.rank) throw tooMany("at", x, coordinates.length);
  let picked = x;
  coordinates.forEach((coordinate, axis) => {
    picked = pick(picked, axis, coordinate);
  });
  return reshape(picked, x.shape.slice(coordinates.length));
}

/** One item per leading axis. */
export function index(x: Tensor, items: readonly IndexItem[]): Tensor {
  if (items.length > x.rank) throw tooMany("index", x, items.length);
  let result = x;
  const drop: number[] = [];
  items.forEach((item, axis) => {
    if (item === null) return;
    if (typeof item === "number") {
      result = pick(result, axis, item);
      drop.push(axis);
    } else if (isTensor(item)) {
      result = indexSelect(result, axis, item);
    } else {
      result = slice(result, axis, item[0], item[1], item[2]);
    }
  });
  if (drop.length === 0) return result;
  return reshape(
    result,
    result.shape.filter((_: number, i: number) => !drop.includes(i)),
  );
}

function pick(x: Tensor, axis: number, coordinate: number): Tensor {
  const size = x.shape[axis]!;
  const normal = coordinate < 0 ? coordinate + size : coordinate;
  if (Number.isInteger(coordinate) && normal >= 0 && normal < size) return slice(x, axis, normal, normal + 1);
  throw new ShapeError({
    where: "at",
    problem: "the coordinate is out of range",
    rows: [
      ["input", describe(x)],
      ["axis", String(axis), `size ${size}`],
      ["got", String(coordinate)],
    ],
    fix: size === 0 ? "the dimension is empty" : `use an integer from ${-size} to ${size - 1}`,
  });
}

function tooMany(where: string, x: Tensor, count: number): ShapeError {
  return new ShapeError({
    where,
    problem: "more coordinates than dimensions",
    rows: [
      ["input", describe(x), `rank ${x.rank}`],
      ["got", `${count} coordinates`],
    ],
    fix: "give at most one per dimension",
  });
}
