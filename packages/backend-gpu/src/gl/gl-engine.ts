import type { DType } from "@nn/backend";
import { Box, boxOf } from "../box.js";
import type { Call, Engine } from "../engine.js";
import type { Context } from "./context.js";
import { Failures } from "./failures.js";
import { Programs } from "./programs.js";
import { type Texture, TexturePool } from "./textures.js";
import { Transfer } from "./transfer.js";

/** A handle and its texture, which a call may exchange. */
class TextureBox extends Box {
  constructor(
    dtype: DType,
    length: number,
    public texture: Texture,
  ) {
    super(dtype, length);
  }
}

const none: readonly number[] = [];

/**
 * WebGL 2, or WebGL 1 by headless-gl: gpu.js translates kernel texts to fragment shaders, everything else is done here.
 * A call draws one rectangle, a pixel for each element. All calls are synchronous.
 */
export class GLEngine implements Engine {
  readonly name: Context["name"];
  readonly adapter: string;
  readonly maxElements: number;
  readonly maxInputs: number;
  /** Set by who opens the engine, when it has been tried. */
  ieeeNaN = false;
  private readonly gl: WebGLRenderingContext;
  private readonly failures: Failures;
  private readonly pool: TexturePool;
  private readonly programs: Programs;
  private readonly transfer: Transfer;

  constructor(private readonly context: Context) {
    const { gl } = context;
    this.gl = gl;
    this.name = context.name;
    this.adapter = context.adapter;
    const side = 2 ** Math.floor(Math.log2(gl.getParameter(gl.MAX_TEXTURE_SIZE)));
    // Positions are int in the shaders.
    this.maxElements = Math.min(side * side, 2 ** 31 - 1);
    // At rank 8 an input takes 14 uniforms, the output 16; four spare.
    const uniforms: number = gl.getParameter(gl.MAX_FRAGMENT_UNIFORM_VECTORS);
    this.maxInputs = Math.min(gl.getParameter(gl.MAX_TEXTURE_IMAGE_UNITS), 16, Math.floor((uniforms - 20) / 14));
    this.failures = new Failures(context);
    this.pool = new TexturePool(context, this.failures, side);
    this.programs = new Programs(context);
    this.prepare();
    const sample = this.pool.take(1);
    this.transfer = new Transfer(context, this.failures, sample);
    this.pool.give(sample);
  }

  alloc(dtype: DType, length: number): Box {
    this.failures.checkContext();
    return new TextureBox(dtype, length, this.pool.take(length));
  }

  free(box: Box): void {
    this.pool.give((box as TextureBox).texture);
  }

  write(box: Box, data: Float32Array, offset: number): void {
    this.failures.checkContext();
    this.transfer.write((box as TextureBox).texture, data, offset);
  }

  async read(box: Box, start: number, end: number): Promise<Float32Array> {
    if (end <= start) return new Float32Array(0);
    return this.transfer.read((box as TextureBox).texture, start, end);
  }

  readSync(box: Box, start: number, end: number): Float32Array {
    if (end <= start) return new Float32Array(0);
    return this.transfer.readSync((box as TextureBox).texture, start, end);
  }

  run(call: Call): void {
    this.failures.checkContext();
    const { gl } = this;
    const { key, inputs, length, integers, floats = none } = call;
    const program = this.programs.get(key, () => call.program());
    const output = boxOf(call.output.buffer) as TextureBox;
    const before = output.texture;
    // What is read cannot be drawn into: then the result gets a texture of its own, and the box takes it.
    const target = inputs.some(({ buffer }) => buffer === output) ? this.pool.take(output.length) : before;
    gl.useProgram(program.program);
    for (let unit = 0; unit < inputs.length; unit++) {
      const { texture } = boxOf(inputs[unit].buffer) as TextureBox;
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, texture.texture);
      program.setInput(unit, texture);
    }
    const { frame, width } = target;
    const rows = Math.ceil(length / width);
    program.setOutput(length, width, rows);
    program.setNumbers(integers, floats);
    gl.bindFramebuffer(gl.FRAMEBUFFER, frame);
    gl.viewport(0, 0, width, rows);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    if (target === before) return;
    output.texture = target;
    this.pool.give(before);
  }

  synchronize(): Promise<void> {
    return this.transfer.synchronize();
  }

  pooledBytes(): number {
    return this.pool.pooledBytes;
  }

  async dispose(): Promise<void> {
    if (!this.failures.dispose()) return;
    this.pool.dispose();
    this.context.release();
  }

  /** One triangle that covers every rectangle. */
  private prepare(): void {
    const { gl } = this;
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, Float32Array.of(-1, -1, 3, -1, -1, 3), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
    gl.disable(gl.DITHER);
  }
}
