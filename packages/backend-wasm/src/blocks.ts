/** A range of memory, used or free; neighbours by address are linked. */
export interface Block {
  readonly pointer: number;
  size: number;
  isFree: boolean;
  before: Block | null;
  after: Block | null;
  /** Links of the list of free blocks of one class. */
  previous: Block | null;
  next: Block | null;
}

/** Blocks begin and end at multiples of this: a cache line. */
export const alignment = 64;
const classes = 27 * 8;
/** How many blocks of the request's own class are tried, where some may be too small. */
const tries = 8;

/**
 * Divides the memory above `base` into blocks. Free neighbours are joined, and a larger free block is carved, so a long
 * run with changing sizes strands little. Free blocks are kept by size class, eight to a power of two (Masmano, Ripoll,
 * Crespo and Real: TLSF, 2004): taking and giving back need no search.
 */
export class Blocks {
  /** First byte above all blocks in use. */
  top: number;
  /** Bytes of the blocks in use. */
  used = 0;
  private last: Block | null = null;
  private readonly heads = new Array<Block | null>(classes).fill(null);
  /** Which powers of two have free blocks, and which of their eight classes. */
  private powers = 0;
  private readonly eighths = new Uint8Array(32);

  constructor(base: number) {
    this.top = base;
  }

  /** Takes a block; null when none is free and `top + size` is beyond `limit`. */
  take(bytes: number, limit: number): Block | null {
    const size = Math.max(alignment, Math.ceil(bytes / alignment) * alignment);
    const found = this.find(size / alignment);
    if (found !== null) {
      this.unlink(found);
      this.carve(found, size);
      found.isFree = false;
      this.used += found.size;
      return found;
    }
    if (this.top + size > limit) return null;
    const block = makeBlock(this.top, size, this.last);
    if (this.last !== null) this.last.after = block;
    this.last = block;
    this.top += size;
    this.used += size;
    return block;
  }

  /** Gives a block back. The object must not be used afterwards. */
  give(block: Block): void {
    this.used -= block.size;
    const { after } = block;
    if (after?.isFree) {
      this.unlink(after);
      this.swallow(block, after);
    }
    const { before } = block;
    if (before?.isFree) {
      this.unlink(before);
      this.swallow(before, block);
      this.settle(before);
    } else this.settle(block);
  }

  /** A free block goes to its list, or back to the memory above the top. */
  private settle(block: Block): void {
    if (block !== this.last) {
      block.isFree = true;
      this.link(block);
      return;
    }
    this.top = block.pointer;
    this.last = block.before;
    if (this.last !== null) this.last.after = null;
  }

  private swallow(block: Block, after: Block): void {
    block.size += after.size;
    block.after = after.after;
    if (after.after !== null) after.after.before = block;
    else this.last = block;
  }

  /** Leaves the first `size` bytes in the block and makes a free one of the rest. */
  private carve(block: Block, size: number): void {
    if (block.size === size) return;
    const rest = makeBlock(block.pointer + size, block.size - size, block);
    rest.after = block.after;
    if (rest.after !== null) rest.after.before = rest;
    else this.last = rest;
    block.after = rest;
    block.size = size;
    rest.isFree = true;
    this.link(rest);
  }

  private find(units: number): Block | null {
    // Any block of the first filled class above the request's fits.
    const from = classOf(units) + 1;
    const power = from >> 3;
    const here = this.eighths[power] >> (from & 7);
    let index = -1;
    if (here !== 0) index = from + lowestBit(here);
    else {
      const above = power < 31 ? this.powers & (-1 << (power + 1)) : 0;
      if (above !== 0) {
        const next = lowestBit(above);
        index = next * 8 + lowestBit(this.eighths[next]);
      }
    }
    // A block of its own class wastes less, if one is large enough.
    let own = this.heads[from - 1];
    for (let i = 0; own !== null && i < tries; i++, own = own.next) {
      if (own.size >= units * alignment) return own;
    }
    return index < 0 ? null : this.heads[index];
  }

  private link(block: Block): void {
    const index = classOf(block.size / alignment);
    const head = this.heads[index];
    block.previous = null;
    block.next = head;
    if (head !== null) head.previous = block;
    this.heads[index] = block;
    this.eighths[index >> 3] |= 1 << (index & 7);
    this.powers |= 1 << (index >> 3);
  }

  private unlink(block: Block): void {
    const { previous, next } = block;
    block.isFree = false;
    if (next !== null) next.previous = previous;
    if (previous !== null) {
      previous.next = next;
      return;
    }
    const index = classOf(block.size / alignment);
    this.heads[index] = next;
    if (next !== null) return;
    this.eighths[index >> 3] &= ~(1 << (index & 7));
    if (this.eighths[index >> 3] === 0) this.powers &= ~(1 << (index >> 3));
  }
}

function makeBlock(pointer: number, size: number, before: Block | null): Block {
  return { pointer, size, isFree: false, before, after: null, previous: null, next: null };
}

/** Sizes up to 8 units have a class each; above, there are eight to a power of two. */
function classOf(units: number): number {
  if (units < 8) return units;
  const power = 31 - Math.clz32(units);
  return (power - 2) * 8 + ((units >>> (power - 3)) & 7);
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
