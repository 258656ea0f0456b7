/**
 * What `load` gives for each item, in order, with up to `ahead` loads under way beyond the one that is waited for. A
 * load that needs no waiting starts no other. When the loop ends early nothing more is started, and what comes of the
 * loads under way goes to `discard`.
 */
export async function* prefetched<A, B>(
  items: Iterable<A>,
  load: (item: A) => B | Promise<B>,
  ahead: number,
  discard: (loaded: B) => void,
): AsyncGenerator<B, void, undefined> {
  const rest = items[Symbol.iterator]();
  const queue: Promise<B>[] = [];
  let atOnce: { readonly loaded: B } | undefined;
  const fill = () => {
    while (atOnce === undefined && queue.length <= ahead) {
      const next = rest.next();
      if (next.done === true) return;
      const loaded = start(load, next.value);
      if (!(loaded instanceof Promise)) atOnce = { loaded };
      else {
        // An error waits for its turn; until then nobody may call it unhandled.
        loaded.catch(() => {});
        queue.push(loaded);
      }
    }
  };
  try {
    for (;;) {
      fill();
      const first = queue.shift();
      if (first !== undefined) {
        yield await first;
      } else if (atOnce !== undefined) {
        const { loaded } = atOnce;
        atOnce = undefined;
        yield loaded;
      } else return;
    }
  } finally {
    if (atOnce !== undefined) discard(atOnce.loaded);
    for (const pending of queue) pending.then(discard, () => {});
  }
}

/** A load that throws fails like one that rejects: when its turn comes. */
function start<A, B>(load: (item: A) => B | Promise<B>, item: A): B | Promise<B> {
  try {
    return load(item);
  } catch (error) {
    return Promise.reject(error);
  }
}
