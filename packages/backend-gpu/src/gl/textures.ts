import { BackendError } from "@nn/backend";
import type { Context } from "./context.js";
import type { Failures } from "./failures.js";

/** A texture that holds elements row by row, and a frame to draw into it and read from it. */
export interface Texture {
  readonly texture: WebGLTexture;
  readonly frame: WebGLFramebuffer;
  /** A power of two. */
  readonly width: number;
  readonly rows: number;
  readonly bytes: number;
}

/** Freed bytes that are kept in any case; beyond it as many as are in use. */
const keptBytes = 2 ** 28;
/** Of textures below it a refusal is told at the next read: to ask at once would make the caller wait. */
const largeBytes = 2 ** 22;

/** Textures by size class. What is freed can be taken at once: a context runs its calls in order. */
export class TexturePool {
  private readonly free = new Map<number, Texture[]>();
  private readonly all = new Set<Texture>();
  private readonly bytesOfElement: number;
  private usedBytes = 0;
  pooledBytes = 0;

  constructor(
    private readonly context: Context,
    private readonly failures: Failures,
    private readonly limit: number,
  ) {
    // WebGL 1 has no texture of one channel that can be drawn into.
    this.bytesOfElement = context.gl2 === undefined ? 16 : 4;
  }

  take(length: number): Texture {
    if (length > this.limit * this.limit) throw tooLarge(this.context.name, length, this.limit);
    const { width, rows } = extent(length, this.limit);
    const found = this.free.get(width * 2 ** 20 + rows)?.pop();
    const texture = found ?? this.create(width, rows);
    this.usedBytes += texture.bytes;
    if (found !== undefined) this.pooledBytes -= texture.bytes;
    return texture;
  }

  give(texture: Texture): void {
    const { width, rows, bytes } = texture;
    this.usedBytes -= bytes;
    this.pooledBytes += bytes;
    const key = width * 2 ** 20 + rows;
    const list = this.free.get(key);
    if (list === undefined) this.free.set(key, [texture]);
    else list.push(texture);
    if (this.pooledBytes > Math.max(keptBytes, this.usedBytes)) this.trim();
  }

  dispose(): void {
    for (const texture of this.all) this.delete(texture);
    this.free.clear();
    this.pooledBytes = 0;
    this.usedBytes = 0;
  }

  private create(width: number, rows: number): Texture {
    const bytes = width * rows * this.bytesOfElement;
    const made = { texture: this.context.gl.createTexture(), frame: this.context.gl.createFramebuffer() };
    const texture: Texture = { ...made, width, rows, bytes };
    const fill = () => this.fill(texture);
    if (bytes < largeBytes) fill();
    else {
      try {
        this.failures.allocate(bytes, fill);
      } catch (error) {
        this.delete(texture);
        throw error;
      }
    }
    this.all.add(texture);
    return texture;
  }

  private fill({ texture, frame, width, rows }: Texture): void {
    const { gl, gl2 } = this.context;
    gl.bindTexture(gl.TEXTURE_2D, texture);
    for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) {
      gl.texParameteri(gl.TEXTURE_2D, name, gl.CLAMP_TO_EDGE);
    }
    for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
      gl.texParameteri(gl.TEXTURE_2D, name, gl.NEAREST);
    }
    if (gl2 !== undefined) gl2.texStorage2D(gl.TEXTURE_2D, 1, gl2.R32F, width, rows);
    else gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, width, rows, 0, gl.RGBA, gl.FLOAT, null);
    gl.bindFramebuffer(gl.FRAMEBUFFER, frame);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
  }

  private delete(texture: Texture): void {
    this.context.gl.deleteFramebuffer(texture.frame);
    this.context.gl.deleteTexture(texture.texture);
    this.all.delete(texture);
  }

  /** Deletes the largest ones until half of what may be kept is left. */
  private trim(): void {
    const goal = Math.max(keptBytes, this.usedBytes) / 2;
    for (const list of [...this.free.values()].sort(([a], [b]) => (b?.bytes ?? 0) - (a?.bytes ?? 0))) {
      while (list.length > 0 && this.pooledBytes > goal) {
        const victim = list.shift()!;
        this.pooledBytes -= victim.bytes;
        this.delete(victim);
      }
    }
  }
}

/** Width and rows for a number of elements: near a square, the width a power of two, rows in eight steps to each power. */
export function extent(length: number, limit: number): { readonly width: number; readonly rows: number } {
  const width = Math.min(limit, Math.max(4, 2 ** Math.ceil(Math.log2(Math.max(length, 1)) / 2)));
  const needed = Math.max(1, Math.ceil(length / width));
  const step = Math.max(1, 2 ** Math.ceil(Math.log2(needed)) / 8);
  return { width, rows: Math.min(limit, Math.ceil(needed / step) * step) };
}

function tooLarge(where: string, length: number, limit: number): BackendError {
  return new BackendError({
    where,
    problem: `a buffer of ${length} elements is too large for the device`,
    rows: [["limit", `${limit * limit} elements, a texture of ${limit} x ${limit}`]],
    fix: "work in smaller parts, see capabilities.maxElements",
  });
}
