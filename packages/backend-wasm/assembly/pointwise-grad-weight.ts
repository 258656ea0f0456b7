// Gradient of a weight of 1 × 1 over whole images: dw (filters × channels) = Σ over images of g (filters × places) ·
// xᵀ (places × channels). Both factors are contiguous along the sum, so nothing is packed: a tile of 4 filters by 2
// channels keeps eight vectors of partial sums, one for every fourth place, over a block of 256 places. The vectors of
// all tiles are kept until the last image, and only then summed across.
import { channels, filters, groups, images, places } from "./frame";
import { argument, parallelFor, setArgument } from "./parallel";
import { horizontalSum, laneMask, multiplyAdd } from "./simd";

const placeBlock: i32 = 256;

// @ts-ignore: decorator
@inline function groupFilters(): i32 { return filters() / groups(); }
// @ts-ignore: decorator
@inline function groupChannels(): i32 { return channels() / groups(); }
/** Tiles of a group: down and across. */
// @ts-ignore: decorator
@inline function tilesDown(): i32 { return (groupFilters() + 3) >> 2; }
// @ts-ignore: decorator
@inline function tilesAcross(): i32 { return (groupChannels() + 1) >> 1; }

/** Eight vectors for each tile. */
export function pointwiseGradWeightWorkspace(): usize {
  return <usize>(groups() * tilesDown() * tilesAcross()) << 7;
}

/** Adds `fours` products of four places, from rows of g at 0, d1, d2, d3 and of x at 0, e1, to the sums. */
function addTile(
  fours: i32, g: usize, d1: usize, d2: usize, d3: usize, x: usize, e1: usize, sums: usize,
): void {
  let s00 = v128.load(sums), s01 = v128.load(sums, 16), s10 = v128.load(sums, 32), s11 = v128.load(sums, 48);
  let s20 = v128.load(sums, 64), s21 = v128.load(sums, 80), s30 = v128.load(sums, 96), s31 = v128.load(sums, 112);
  const end = x + (<usize>fours << 4);
  let q = x + e1, g1 = g + d1, g2 = g + d2, g3 = g + d3;
  while (x < end) {
    const x0 = v128.load(x), x1 = v128.load(q);
    let v = v128.load(g);
    s00 = multiplyAdd(v, x0, s00); s01 = multiplyAdd(v, x1, s01);
    v = v128.load(g1);
    s10 = multiplyAdd(v, x0, s10); s11 = multiplyAdd(v, x1, s11);
    v = v128.load(g2);
    s20 = multiplyAdd(v, x0, s20); s21 = multiplyAdd(v, x1, s21);
    v = v128.load(g3);
    s30 = multiplyAdd(v, x0, s30); s31 = multiplyAdd(v, x1, s31);
    x += 16; q += 16; g += 16; g1 += 16; g2 += 16; g3 += 16;
  }
  v128.store(sums, s00); v128.store(sums, s01, 16); v128.store(sums, s10, 32); v128.store(sums, s11, 48);
  v128.store(sums, s20, 64); v128.store(sums, s21, 80); v128.store(sums, s30, 96); v128.store(sums, s31, 112);
}

/** The same for the last places of an image, less than four. */
function addRest(
  rest: i32, g: usize, d1: usize, d2: usize, d3: usize, x: usize, e1: usize, sums: usize,
): void {
  const mask = laneMask(rest);
  const x0 = v128.and(v128.load(x), mask), x1 = v128.and(v128.load(x + e1), mask);
  for (let i = 0; i < 4; i++, sums += 32) {
    const row = i == 0 ? g : g + (i == 1 ? d1 : i == 2 ? d2 : d3);
    const v = v128.and(v128.load(row), mask);
    v128.store(sums, multiplyAdd(v, x0, v128.load(sums)));
    v128.store(sums, multiplyAdd(v, x1, v128.load(sums, 16)), 16);
  }
}

/** Fours of filters, numbered through the groups. */
function filtersJob(from: i32, to: i32, thread: i32): void {
  const n = places();
  const row = <usize>n << 2;
  const rows = groupFilters(), columns = groupChannels();
  const down = tilesDown(), across = tilesAcross();
  const first = <usize>argument(3) + (<usize>(from * across) << 7);
  memory.fill(first, 0, <usize>((to - from) * across) << 7);
  for (let image = 0; image < images(); image++) {
    for (let p = 0; p < n; p += placeBlock) {
      const count = min(placeBlock, n - p);
      const whole = <usize>(count & ~3) << 2;
      let sums = first;
      for (let four = from; four < to; four++) {
        const group = four / down;
        const i = (four - group * down) << 2;
        const g = <usize>argument(1) + (<usize>((image * filters() + group * rows + i) * n + p) << 2);
        // Rows past the end: the last one again.
        const d1: usize = rows - i > 1 ? row : 0;
        const d2: usize = rows - i > 2 ? 2 * row : d1;
        const d3: usize = rows - i > 3 ? 3 * row : d2;
        let x = <usize>argument(0) + (<usize>((image * channels() + group * columns) * n + p) << 2);
        for (let j = 0; j < columns; j += 2, x += 2 * row, sums += 128) {
          const e1: usize = columns - j > 1 ? row : 0;
          addTile(count >> 2, g, d1, d2, d3, x, e1, sums);
          if (count & 3) addRest(count & 3, g + whole, d1, d2, d3, x + whole, e1, sums);
        }
      }
    }
  }
  storeSums(from, to, first);
}

function storeSums(from: i32, to: i32, sums: usize): void {
  const rows = groupFilters(), columns = groupChannels();
  for (let four = from; four < to; four++) {
    const group = four / tilesDown();
    const i = (four - group * tilesDown()) << 2;
    const high = min(4, rows - i);
    let target = <usize>argument(2) + (<usize>((group * rows + i) * columns) << 2);
    for (let j = 0; j < columns; j += 2, target += 8, sums += 128) {
      for (let r = 0; r < high; r++) {
        const z = target + (<usize>(r * columns) << 2), s = sums + (<usize>r << 5);
        store<f32>(z, horizontalSum(v128.load(s)));
        if (columns - j > 1) store<f32>(z, horizontalSum(v128.load(s, 16)), 4);
      }
    }
  }
}

/** dw from x and g. All dense. */
export function pointwiseGradWeight(x: usize, g: usize, dw: usize, workspace: usize): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>g);
  setArgument(2, <i32>dw);
  setArgument(3, <i32>workspace);
  const worthIt = <i64>(images() * places()) * groupChannels() * filters() >= 1 << 18;
  parallelFor(filtersJob, groups() * tilesDown(), 1, worthIt);
}
