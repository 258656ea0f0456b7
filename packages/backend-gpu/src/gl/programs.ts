import { BackendError } from "@nn/backend";
import type { Program } from "../engine.js";
import type { Context } from "./context.js";
import type { Texture } from "./textures.js";
import { translate } from "./translate.js";

const vertexShaders = {
  1: "attribute vec2 position;\nvoid main() { gl_Position = vec4(position, 0.0, 1.0); }",
  3: "#version 300 es\nin vec2 position;\nvoid main() { gl_Position = vec4(position, 0.0, 1.0); }",
} as const;

/** Compiles kernel texts, once for each key. */
export class Programs {
  private readonly known = new Map<string, CompiledProgram>();
  private vertexShader: WebGLShader | undefined;

  constructor(private readonly context: Context) {}

  get(key: string, program: () => Program): CompiledProgram {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const made = this.compile(key, program());
    this.known.set(key, made);
    return made;
  }

  private compile(key: string, text: Program): CompiledProgram {
    const { gl, gl2, name } = this.context;
    const version = gl2 === undefined ? 1 : 3;
    const source = translated(name, key, () => translate(text, version));
    this.vertexShader ??= this.shader(gl.VERTEX_SHADER, vertexShaders[version]);
    const fragmentShader = this.shader(gl.FRAGMENT_SHADER, source);
    const program = gl.createProgram();
    gl.attachShader(program, this.vertexShader);
    gl.attachShader(program, fragmentShader);
    gl.bindAttribLocation(program, 0, "position");
    gl.linkProgram(program);
    // A context that was lost compiles nothing, and is found out at the next check.
    if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
      const reason = gl.getShaderInfoLog(fragmentShader) || gl.getProgramInfoLog(program) || "no reason given";
      throw refused(name, key, "does not compile", reason);
    }
    gl.deleteShader(fragmentShader);
    return new CompiledProgram(this.context, program, text);
  }

  private shader(type: number, source: string): WebGLShader {
    const { gl } = this.context;
    const shader = gl.createShader(type)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    return shader;
  }
}

/** A compiled text. Uniforms stay as they are from call to call, so only those that change are written. */
export class CompiledProgram {
  private readonly dimensions: WebGLUniformLocation | null;
  private readonly extent: WebGLUniformLocation | null;
  private readonly sizes: readonly (WebGLUniformLocation | null)[];
  private readonly integers: readonly (WebGLUniformLocation | null)[];
  private readonly floats: readonly (WebGLUniformLocation | null)[];
  private length = -1;
  private width = -1;
  private rows = -1;
  private readonly textures: (Texture | undefined)[];
  private readonly integerValues: number[] = [];
  private readonly floatValues: number[] = [];

  constructor(
    private readonly context: Context,
    readonly program: WebGLProgram,
    { arrays, integers, floats = [] }: Program,
  ) {
    const { gl } = context;
    const find = (name: string) => gl.getUniformLocation(program, name);
    this.dimensions = find("uOutputDim");
    this.extent = find("uTexSize");
    this.sizes = arrays.map((name) => find(`user_${name}Size`));
    this.integers = integers.map((name) => find(`user_${name}`));
    this.floats = floats.map((name) => find(`user_${name}`));
    this.textures = arrays.map(() => undefined);
    gl.useProgram(program);
    arrays.forEach((name, unit) => {
      gl.uniform1i(find(`user_${name}`), unit);
      gl.uniform3i(find(`user_${name}Dim`), 1, 1, 1);
    });
  }

  /** Says how much is drawn: elements, and the rectangle that holds them. */
  setOutput(length: number, width: number, rows: number): void {
    const { gl } = this.context;
    if (length !== this.length) gl.uniform3i(this.dimensions, length, 1, 1);
    if (width !== this.width || rows !== this.rows) gl.uniform2i(this.extent, width, rows);
    this.length = length;
    this.width = width;
    this.rows = rows;
  }

  setInput(unit: number, texture: Texture): void {
    const { width, rows } = texture;
    const last = this.textures[unit];
    if (last !== undefined && last.width === width && last.rows === rows) return;
    this.textures[unit] = texture;
    const { gl, gl2 } = this.context;
    if (gl2 === undefined) gl.uniform2i(this.sizes[unit], width, rows);
    else gl.uniform2i(this.sizes[unit], width - 1, Math.log2(width));
  }

  setNumbers(integers: readonly number[], floats: readonly number[]): void {
    const { gl } = this.context;
    for (let i = 0; i < integers.length; i++) {
      if (integers[i] === this.integerValues[i]) continue;
      this.integerValues[i] = integers[i];
      gl.uniform1i(this.integers[i], integers[i]);
    }
    for (let i = 0; i < floats.length; i++) {
      if (Object.is(floats[i], this.floatValues[i])) continue;
      this.floatValues[i] = floats[i];
      gl.uniform1f(this.floats[i], floats[i]);
    }
  }
}

function translated(where: string, key: string, translation: () => string): string {
  try {
    return translation();
  } catch (cause) {
    throw refused(where, key, "cannot be translated", cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function refused(where: string, key: string, what: string, reason: string, cause?: unknown): BackendError {
  return new BackendError({
    where,
    problem: `kernel "${key}" ${what}`,
    rows: [["reason", reason.replace(/\s+/g, " ").trim()]],
    fix: "write it in what gpu.js knows of JavaScript, see its README",
    ...(cause === undefined ? {} : { cause }),
  });
}
