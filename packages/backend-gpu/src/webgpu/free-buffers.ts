/**
 * Things by number, of which the one with the smallest is taken first: a binary heap. So a program that does the same
 * again gets the same buffers for it, and finds the bind groups that it made the first time.
 */
export class FreeBuffers<T extends { readonly id: number }> {
  private readonly heap: T[] = [];

  get length(): number {
    return this.heap.length;
  }

  add(item: T): void {
    const { heap } = this;
    let at = heap.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (heap[above].id < item.id) break;
      heap[at] = heap[above];
      at = above;
    }
    heap[at] = item;
  }

  /** The first. */
  take(): T | undefined {
    const { heap } = this;
    const first = heap[0];
    const moved = heap.pop();
    if (moved === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && heap[below + 1].id < heap[below].id) below++;
      if (moved.id < heap[below].id) break;
      heap[at] = heap[below];
      at = below;
    }
    heap[at] = moved;
    return first;
  }

  /** One of the last ones. */
  drop(): T | undefined {
    return this.heap.pop();
  }
}
