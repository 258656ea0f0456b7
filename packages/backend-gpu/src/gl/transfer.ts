import type { Context } from "./context.js";
import type { Failures } from "./failures.js";
import type { Texture } from "./textures.js";

/** A part of a texture that was read, and where in it the wanted elements start. */
interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly rows: number;
}

/** Between the host and textures. */
export class Transfer {
  /** Floats of one element on the way from a texture. */
  private readonly channels: 1 | 4;
  private readonly readFormat: number;
  /** What all that ask in one task wait for together. */
  private waiting: Promise<void> | undefined;

  constructor(
    private readonly context: Context,
    private readonly failures: Failures,
    sample: Texture,
  ) {
    const { gl, gl2 } = context;
    gl.bindFramebuffer(gl.FRAMEBUFFER, sample.frame);
    // Four channels can always be read, one alone where the driver says so.
    const tight =
      gl2 !== undefined &&
      gl.getParameter(gl.IMPLEMENTATION_COLOR_READ_FORMAT) === gl2.RED &&
      gl.getParameter(gl.IMPLEMENTATION_COLOR_READ_TYPE) === gl.FLOAT;
    this.channels = tight ? 1 : 4;
    this.readFormat = tight ? gl2.RED : gl.RGBA;
  }

  /** Elements from `offset` on. Binds the texture. */
  write({ texture, width }: Texture, data: Float32Array, offset: number): void {
    const { gl } = this.context;
    gl.bindTexture(gl.TEXTURE_2D, texture);
    let at = 0;
    while (at < data.length) {
      const x = (offset + at) % width;
      const rest = data.length - at;
      // The rest of a row that is begun, all full rows together, the start of the last one.
      const rows = x === 0 && rest >= width ? Math.floor(rest / width) : 1;
      const columns = rows > 1 ? width : Math.min(width - x, rest);
      const part = data.subarray(at, at + rows * columns);
      this.upload({ x, y: Math.floor((offset + at) / width), width: columns, rows }, part);
      at += rows * columns;
    }
  }

  private upload({ x, y, width, rows }: Rectangle, data: Float32Array): void {
    const { gl, gl2 } = this.context;
    if (gl2 !== undefined) {
      gl2.texSubImage2D(gl2.TEXTURE_2D, 0, x, y, width, rows, gl2.RED, gl2.FLOAT, data);
      return;
    }
    const wide = new Float32Array(4 * data.length);
    for (let i = 0; i < data.length; i++) wide[4 * i] = data[i];
    gl.texSubImage2D(gl.TEXTURE_2D, 0, x, y, width, rows, gl.RGBA, gl.FLOAT, wide);
  }

  /** Elements `[start, end)`, at once. Binds the frame. */
  readSync(source: Texture, start: number, end: number): Float32Array {
    this.failures.checkContext();
    const { gl } = this.context;
    const part = covering(source, start, end);
    const pixels = new Float32Array(part.width * part.rows * this.channels);
    gl.bindFramebuffer(gl.FRAMEBUFFER, source.frame);
    gl.readPixels(part.x, part.y, part.width, part.rows, this.readFormat, gl.FLOAT, pixels);
    this.failures.check();
    return this.elements(pixels, part, source, start, end);
  }

  /** Elements `[start, end)` as they are now; the caller does not wait for the device. Binds the frame. */
  async read(source: Texture, start: number, end: number): Promise<Float32Array> {
    const { gl2 } = this.context;
    if (gl2 === undefined) return this.readSync(source, start, end);
    this.failures.checkContext();
    const part = covering(source, start, end);
    const pixels = new Float32Array(part.width * part.rows * this.channels);
    const staging = gl2.createBuffer();
    gl2.bindFramebuffer(gl2.FRAMEBUFFER, source.frame);
    gl2.bindBuffer(gl2.PIXEL_PACK_BUFFER, staging);
    gl2.bufferData(gl2.PIXEL_PACK_BUFFER, pixels.byteLength, gl2.STREAM_READ);
    gl2.readPixels(part.x, part.y, part.width, part.rows, this.readFormat, gl2.FLOAT, 0);
    gl2.bindBuffer(gl2.PIXEL_PACK_BUFFER, null);
    await this.finished(gl2);
    gl2.bindBuffer(gl2.PIXEL_PACK_BUFFER, staging);
    gl2.getBufferSubData(gl2.PIXEL_PACK_BUFFER, 0, pixels);
    gl2.bindBuffer(gl2.PIXEL_PACK_BUFFER, null);
    gl2.deleteBuffer(staging);
    this.failures.check();
    return this.elements(pixels, part, source, start, end);
  }

  /** Resolves when the device has done all that it was told so far; throws the first error. */
  async synchronize(): Promise<void> {
    this.failures.checkContext();
    const { gl, gl2 } = this.context;
    if (gl2 === undefined) gl.finish();
    else await this.finished(gl2);
    this.failures.check();
  }

  /** Resolves when the device has done all that it was told until the caller lets others run. */
  private finished(gl: WebGL2RenderingContext): Promise<void> {
    this.waiting ??= Promise.resolve().then(() => {
      this.waiting = undefined;
      return passed(gl);
    });
    return this.waiting;
  }

  private elements(pixels: Float32Array, part: Rectangle, { width }: Texture, start: number, end: number) {
    const skip = start - (part.y * width + part.x);
    const length = end - start;
    const { channels } = this;
    if (channels === 1) return pixels.length === length ? pixels : pixels.slice(skip, skip + length);
    const result = new Float32Array(length);
    for (let i = 0; i < length; i++) result[i] = pixels[(skip + i) * channels];
    return result;
  }
}

/** The smallest rectangle of whole rows, or within one row, that holds elements. */
function covering({ width }: Texture, start: number, end: number): Rectangle {
  const y = Math.floor(start / width);
  const last = Math.floor((end - 1) / width);
  if (y === last) return { x: start - y * width, y, width: end - start, rows: 1 };
  return { x: 0, y, width, rows: last - y + 1 };
}

/** Waits for a fence of its own. */
async function passed(gl: WebGL2RenderingContext): Promise<void> {
  const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
  gl.flush();
  // A fence says nothing new within one task. Timers of browsers are slow, so the first turns do without.
  for (let turn = 0; fence !== null && !gl.isContextLost(); turn++) {
    const status = gl.clientWaitSync(fence, 0, 0);
    if (status !== gl.TIMEOUT_EXPIRED) break;
    await (turn < 100 ? nextTask() : new Promise((resolve) => setTimeout(resolve, 1)));
  }
  gl.deleteSync(fence);
}

let channel: MessageChannel | undefined;
const next: (() => void)[] = [];

/** One channel for all: to make one costs more than a message. */
function nextTask(): Promise<void> {
  if (channel === undefined) {
    channel = new MessageChannel();
    channel.port1.onmessage = () => next.shift()?.();
  }
  const { port2 } = channel;
  return new Promise((resolve) => {
    next.push(resolve);
    port2.postMessage(undefined);
  });
}
