/** The part of a result that a workgroup computes, and how. */
export interface Tile {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Steps that are in workgroup memory at a time. */
  readonly depth: number;
  /** Elements that a thread keeps in registers: rows, and columns in multiples of four. */
  readonly threadRows: number;
  readonly threadColumns: number;
  /** Speed next to the largest tile when the GPU is busy: a larger tile loads an element less often. */
  readonly speed: number;
}

/** Each within 256 threads and 16 kB of workgroup memory, which every device has. */
const tiles: readonly Tile[] = [
  { name: "128x128", rows: 128, columns: 128, depth: 8, threadRows: 8, threadColumns: 8, speed: 1 },
  { name: "64x64", rows: 64, columns: 64, depth: 16, threadRows: 4, threadColumns: 4, speed: 0.7 },
  { name: "32x32", rows: 32, columns: 32, depth: 16, threadRows: 2, threadColumns: 4, speed: 0.45 },
  { name: "16x64", rows: 16, columns: 64, depth: 16, threadRows: 1, threadColumns: 4, speed: 0.3 },
  { name: "16x16", rows: 16, columns: 16, depth: 16, threadRows: 1, threadColumns: 4, speed: 0.2 },
];

export function threadsOf({ rows, columns, threadRows, threadColumns }: Tile): number {
  return (rows / threadRows) * (columns / threadColumns);
}

/** How a product is cut. */
export interface Plan {
  readonly tile: Tile;
  readonly tileRows: number;
  readonly tileColumns: number;
  /** Parts of the steps, and how many steps are in each but the last. */
  readonly splits: number;
  readonly share: number;
}

/** Threads that keep a large GPU busy. */
const enoughThreads = 2 ** 15;
/** A part of the steps is not shorter. */
const shortestShare = 256;

/** The tile that wastes least: by what hangs over the edges, and by threads that a GPU would like to have. */
export function planOf({
  rows,
  columns,
  steps,
  count,
}: {
  readonly rows: number;
  readonly columns: number;
  readonly steps: number;
  readonly count: number;
}): Plan {
  let best: Plan | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const tile of tiles) {
    const tileRows = Math.ceil(rows / tile.rows);
    const tileColumns = Math.ceil(columns / tile.columns);
    // Those that have elements within the result.
    const threads = (rows * columns * count) / (tile.threadRows * tile.threadColumns);
    const most = Math.max(1, Math.floor(steps / shortestShare));
    const splits = Math.min(most, Math.max(1, Math.ceil(enoughThreads / threads)));
    const share = Math.ceil(steps / splits / tile.depth) * tile.depth;
    const padded = tileRows * tile.rows * tileColumns * tile.columns * Math.ceil(steps / tile.depth) * tile.depth;
    const busy = Math.min(1, (threads * splits) / enoughThreads);
    const cost = padded / tile.speed / busy;
    if (cost >= least) continue;
    least = cost;
    best = { tile, tileRows, tileColumns, splits: Math.max(1, Math.ceil(steps / share)), share };
  }
  // The cost is finite, so there is one.
  return best!;
}
